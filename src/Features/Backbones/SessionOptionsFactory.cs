using Microsoft.ML.OnnxRuntime;
using MuSc.Contracts;

namespace MuSc.Features.Backbones;

/// <summary>The settings of ONNX Runtime on which the numeric profile and the memory promise rest.</summary>
internal static class SessionOptionsFactory
{
    private const string CudaProvider = "CUDAExecutionProvider";

    /// <summary>Settings for looking at a model: nothing is optimised or packed, for nothing will run.</summary>
    public static SessionOptions ForReading()
    {
        SessionOptions options = New();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        return options;
    }

    /// <summary>Settings for running on one device.</summary>
    /// <exception cref="DeviceException">The device is not there.</exception>
    public static SessionOptions Create(Device device)
    {
        SessionOptions options = New();
        if (device.Cuda is int number)
        {
            try
            {
                AppendCuda(options, number);
            }
            catch
            {
                options.Dispose();
                throw;
            }
        }

        return options;
    }

    private static SessionOptions New()
    {
        _ = Runtime.Instance;
        return new()
        {
            // One thread a run: how a sum is split over threads would be seen in its bits.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            // Both keep the peak of every concurrent run for the life of the session.
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            // What matters arrives as an exception.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
    }

    private static void AppendCuda(SessionOptions options, int number)
    {
        string[] providers = Runtime.Instance.GetAvailableProviders();
        if (!providers.Contains(CudaProvider))
        {
            throw new DeviceException(
                $"cuda:{number} was asked for, but this build of ONNX Runtime knows no CUDA (it has {string.Join(", ", providers)}). "
                + "Use --device cpu, or build with -p:Gpu=true.");
        }

        try
        {
            using OrtCUDAProviderOptions cuda = new();
            cuda.UpdateOptions(new Dictionary<string, string>
            {
                ["device_id"] = $"{number}",
                ["use_tf32"] = "0",
                ["cudnn_conv_algo_search"] = "HEURISTIC",
            });
            options.AppendExecutionProvider_CUDA(cuda);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DeviceException($"cuda:{number} does not start ({e.Message}). Use --device cpu, or mend the CUDA installation.", e);
        }
    }
}
