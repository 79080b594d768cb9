using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace MuSc.Features.Backbones;

/// <summary>A backbone loaded onto a device for one batch and one size; runs may go on at the same time.</summary>
internal sealed class BackboneSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string[] _outputNames;
    private readonly long[] _inputShape;
    private readonly bool[] _isHalf;
    private readonly bool _inputIsHalf;
    // One device works through one run after the other; on the processor each run has one thread, and they go side by side.
    private readonly Lock? _deviceLock;
    private readonly string _path;

    /// <exception cref="DeviceException">The device is not there or does not work.</exception>
    /// <exception cref="BackboneException">The network cannot be loaded.</exception>
    public BackboneSession(BackboneInfo backbone, IReadOnlyList<string> outputs, int batch, int size, Device device)
    {
        _path = backbone.Path;
        _outputNames = [.. outputs];
        _inputShape = [batch, 3, size, size];
        using SessionOptions options = SessionOptionsFactory.ForRunning();
        if (device.Cuda is int number)
        {
            SessionOptionsFactory.AppendCuda(options, number);
        }

        try
        {
            _session = Backbone.Load(backbone.Path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw device.Cuda is null
                ? new BackboneException($"{backbone.Path} cannot be loaded ({e.Message}).", e)
                : new DeviceException($"The backbone does not start on {device} ({e.Message}). Use --device cpu, or free the device.", e);
        }

        try
        {
            CheckFixedShape(size);
            _inputIsHalf = _session.InputMetadata[Backbone.PixelsName].ElementType == typeof(Float16);
            _isHalf = [.. _outputNames.Select(name => _session.OutputMetadata[name].ElementType == typeof(Float16))];
            _deviceLock = device.Cuda is null ? null : new Lock();
            OutputShapes = DeclaredShapes() ?? ObservedShapes();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>For each output its shape for one image: [P, C] of a stage, [D] of the class token.</summary>
    public IReadOnlyList<int[]> OutputShapes { get; }

    /// <summary>Runs the network once.</summary>
    /// <param name="pixels">[B × 3 × S × S].</param>
    /// <param name="outputs">For each output, [B × its shape].</param>
    /// <param name="cancellationToken">Stops within the network, between two of its operators.</param>
    public void Run(float[] pixels, IReadOnlyList<Memory<float>> outputs, CancellationToken cancellationToken)
    {
        OrtValue[] values = new OrtValue[outputs.Count];
        Float16[]?[] halves = new Float16[outputs.Count][];
        try
        {
            for (int i = 0; i < values.Length; i++)
            {
                long[] shape = [_inputShape[0], .. OutputShapes[i]];
                halves[i] = _isHalf[i] ? new Float16[outputs[i].Length] : null;
                values[i] = halves[i] is { } half
                    ? OrtValue.CreateTensorValueFromMemory(half, shape)
                    : OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, outputs[i], shape);
            }

            using OrtValue input = Input(pixels);
            OneAtATime(run => _session.Run(run, [Backbone.PixelsName], [input], _outputNames, values), cancellationToken);
        }
        finally
        {
            Array.ForEach(values, value => value?.Dispose());
        }

        for (int i = 0; i < halves.Length; i++)
        {
            if (halves[i] is { } half)
            {
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(half.AsSpan()), outputs[i].Span);
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private OrtValue Input(float[] pixels)
    {
        if (!_inputIsHalf)
        {
            return OrtValue.CreateTensorValueFromMemory(pixels, _inputShape);
        }

        Float16[] half = new Float16[pixels.Length];
        TensorPrimitives.ConvertToHalf(pixels, MemoryMarshal.Cast<Float16, Half>(half.AsSpan()));
        return OrtValue.CreateTensorValueFromMemory(half, _inputShape);
    }

    private void OneAtATime(Action<RunOptions> run, CancellationToken cancellationToken)
    {
        using RunOptions options = new();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => options.Terminate = true);
        try
        {
            if (_deviceLock is null)
            {
                run(options);
                return;
            }

            lock (_deviceLock)
            {
                run(options);
            }
        }
        catch (OnnxRuntimeException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new BackboneException($"{_path} fails on images of {_inputShape[2]} × {_inputShape[3]} pixels ({e.Message}).", e);
        }
    }

    private void CheckFixedShape(int size)
    {
        int[] fixedShape = _session.InputMetadata[Backbone.PixelsName].Dimensions;
        if ((fixedShape[2] > 0 && fixedShape[2] != size) || (fixedShape[3] > 0 && fixedShape[3] != size))
        {
            throw new BackboneException($"{_path} takes only images of {fixedShape[3]} × {fixedShape[2]} pixels, not {size} × {size}.");
        }

        if (fixedShape[0] > 0 && fixedShape[0] != _inputShape[0])
        {
            throw new BackboneException($"{_path} takes only batches of {fixedShape[0]} images, not {_inputShape[0]}; give --batch {fixedShape[0]}.");
        }
    }

    // Nothing where a model names its outputs' sizes by symbols.
    private int[][]? DeclaredShapes()
    {
        int[][] shapes = [.. _outputNames.Select(name => _session.OutputMetadata[name].Dimensions[1..])];
        return Array.TrueForAll(shapes, shape => Array.TrueForAll(shape, side => side > 0)) ? shapes : null;
    }

    // Runs on nothing, once.
    private int[][] ObservedShapes()
    {
        int[][] shapes = [];
        using OrtValue input = Input(new float[_inputShape.Aggregate(1L, (product, side) => product * side)]);
        OneAtATime(run =>
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(run, [Backbone.PixelsName], [input], _outputNames);
            shapes = [.. outputs.Select(output => output.GetTensorTypeAndShape().Shape.Skip(1).Select(side => checked((int)side)).ToArray())];
        }, CancellationToken.None);
        return shapes;
    }
}

/// <summary>The settings of ONNX Runtime on which the numeric profile and the memory promise rest.</summary>
internal static class SessionOptionsFactory
{
    private const string CudaProvider = "CUDAExecutionProvider";
    private static readonly Lazy<OrtEnv> s_runtime = new(Start);

    /// <summary>The one ONNX Runtime of the process, started at the first use.</summary>
    public static OrtEnv Runtime => s_runtime.Value;

    /// <summary>Settings for looking at a model: nothing is optimised or packed, for nothing will run.</summary>
    public static SessionOptions ForReading()
    {
        SessionOptions options = ForRunning();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        return options;
    }

    /// <summary>Settings for running on the processor.</summary>
    public static SessionOptions ForRunning()
    {
        _ = Runtime;
        SessionOptions options = new()
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
        // The runtime's own format would be taken by a file's name or first bytes, and is not what ExternalData looks at.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        return options;
    }

    /// <summary>Whether networks can run on graphics cards at all in this build.</summary>
    public static bool KnowsCuda => Runtime.GetAvailableProviders().Contains(CudaProvider);

    /// <summary>Adds a graphics card to the settings.</summary>
    /// <exception cref="DeviceException">It is not there.</exception>
    public static void AppendCuda(SessionOptions options, int number)
    {
        string[] providers = Runtime.GetAvailableProviders();
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
            throw new DeviceException($"cuda:{number} does not start ({e.Message}). Use --device cpu, or repair the CUDA installation.", e);
        }
    }

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

/// <summary>The device that was asked for is not there or does not work; a resource error. There is no silent fall-back to the processor.</summary>
public sealed class DeviceException(string message, Exception? inner = null) : Exception(message, inner);
