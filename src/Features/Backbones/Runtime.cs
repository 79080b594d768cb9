using Microsoft.ML.OnnxRuntime;

namespace MuSc.Features.Backbones;

/// <summary>The one ONNX Runtime of the process.</summary>
internal static class Runtime
{
    private static readonly Lazy<OrtEnv> Environment = new(Start);

    /// <summary>ONNX Runtime, started at the first use.</summary>
    public static OrtEnv Instance => Environment.Value;

    private static OrtEnv Start()
    {
        if (OrtEnv.IsCreated)
        {
            return OrtEnv.Instance();
        }

        // Its warnings, for example about graphics cards that it cannot look into, would run through the progress lines.
        EnvironmentCreationOptions options = new() { logId = "musc", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return OrtEnv.CreateInstanceWithOptions(ref options);
    }
}
