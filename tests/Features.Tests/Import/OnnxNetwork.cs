using Microsoft.ML.OnnxRuntime;

namespace MuSc.Features.Tests.Import;

/// <summary>Runs an imported ONNX file as it is.</summary>
internal sealed class OnnxNetwork : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxNetwork(string path)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(path, options);
    }

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    /// <summary>Each output's values, row-major.</summary>
    /// <param name="pixels">[B × 3 × S × S].</param>
    /// <param name="batch">B.</param>
    public Dictionary<string, float[]> Run(float[] pixels, int batch)
    {
        int size = (int)Math.Sqrt(pixels.Length / 3 / batch);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [batch, 3, size, size]);
        using RunOptions run = new();
        string[] names = [.. _session.OutputMetadata.Keys];
        using IDisposableReadOnlyCollection<OrtValue> values = _session.Run(run, ["pixels"], [input], names);
        return names.Zip(values, (name, value) => (name, values: value.GetTensorDataAsSpan<float>().ToArray())).ToDictionary(pair => pair.name, pair => pair.values);
    }

    public void Dispose() => _session.Dispose();
}
