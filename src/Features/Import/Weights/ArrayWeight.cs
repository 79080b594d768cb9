namespace MuSc.Features.Import.Weights;

/// <summary>A small weight that was computed at import.</summary>
internal sealed class ArrayWeight(float[] values, params long[] shape) : Weight(shape)
{
    public override void ReadRows(long first, int count, Span<float> rows) =>
        values.AsSpan(checked((int)(first * RowLength)), count * RowLength).CopyTo(rows);
}
