using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MuSc.Contracts;
using MuSc.Features.Backbones;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Features.NearestPatch;

/// <summary>
/// The nearest-patch kernel on ONNX Runtime, made for GPUs: product and maxima stay on the device, one image against many at
/// a time. Its sums have another order than the managed kernels', so that its dot products agree with theirs within 2·γ_C,
/// γ_C = C·2⁻²⁴ / (1 − C·2⁻²⁴), not to the bit; with float16 tokens the rounding of tokens and maxima (2⁻¹¹ of each) comes on top.
/// Floors are not used. Safe for any number of threads.
/// </summary>
public sealed unsafe class OnnxNearestPatchKernel : INearestPatchKernel, IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly bool _half;

    /// <param name="channels">Channels C of every token, at least 1.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="half">Whether tokens travel and are multiplied as float16.</param>
    /// <exception cref="DeviceException">The device is not there.</exception>
    public OnnxNearestPatchKernel(int channels, Device device, bool half = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        (Channels, _half) = (channels, half);
        using SessionOptions options = SessionOptionsFactory.Create(device);
        _session = new(NearestPatchGraph.Build(half), options);
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int PackedLength(int patches) => Floats(checked(patches * Channels));

    /// <inheritdoc/>
    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed)
    {
        if (_half)
        {
            TensorPrimitives.ConvertToHalf(tokens[..(patches * Channels)], MemoryMarshal.Cast<float, Half>(packed));
        }
        else
        {
            tokens[..(patches * Channels)].CopyTo(packed);
        }
    }

    /// <inheritdoc/>
    public void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima) =>
        MaxDotsOfMany(rows, rowPatches, columns, 1, columnPatches, rowMaxima, columnMaxima);

    /// <summary>One image against several of the same number of patches, in one run.</summary>
    /// <param name="rows">The first image, packed.</param>
    /// <param name="rowPatches">Its patches P.</param>
    /// <param name="columns">The others, packed one after the other, each [Q × C] without a gap.</param>
    /// <param name="images">How many others, B.</param>
    /// <param name="columnPatches">Patches Q of each.</param>
    /// <param name="rowMaxima">[B × P].</param>
    /// <param name="columnMaxima">[B × Q].</param>
    public void MaxDotsOfMany(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int images, int columnPatches,
        Span<float> rowMaxima, Span<float> columnMaxima)
    {
        int rowAnswers = images * rowPatches;
        int columnAnswers = images * columnPatches;
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, Floats(rowPatches * Channels), nameof(rows));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns.Length, Floats(columnAnswers * Channels), nameof(columns));
        float[] answers = new float[Floats(rowAnswers) + Floats(columnAnswers)];
        fixed (float* rowsAt = rows, columnsAt = columns, answersAt = answers)
        {
            float* columnAnswersAt = answersAt + Floats(rowAnswers);
            using OrtValue rowTokens = Tensor(rowsAt, rowPatches, Channels);
            using OrtValue columnTokens = Tensor(columnsAt, images, columnPatches, Channels);
            using OrtValue rowsOut = Tensor(answersAt, images, rowPatches);
            using OrtValue columnsOut = Tensor(columnAnswersAt, images, columnPatches);
            _session.Run(
                _run, [NearestPatchGraph.Rows, NearestPatchGraph.Columns], [rowTokens, columnTokens],
                [NearestPatchGraph.RowMaxima, NearestPatchGraph.ColumnMaxima], [rowsOut, columnsOut]);
        }

        Unpack(answers, rowMaxima[..rowAnswers]);
        Unpack(answers.AsSpan(Floats(rowAnswers)), columnMaxima[..columnAnswers]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private int Floats(int elements) => _half ? (elements + 1) / 2 : elements;

    private OrtValue Tensor(float* start, params long[] shape)
    {
        long bytes = TensorPrimitives.Product<long>(shape) * (_half ? sizeof(ushort) : sizeof(float));
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, _half ? TensorElementType.Float16 : TensorElementType.Float, shape, (nint)start, bytes);
    }

    private void Unpack(ReadOnlySpan<float> answers, Span<float> maxima)
    {
        if (_half)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<float, Half>(answers)[..maxima.Length], maxima);
        }
        else
        {
            answers[..maxima.Length].CopyTo(maxima);
        }
    }
}
