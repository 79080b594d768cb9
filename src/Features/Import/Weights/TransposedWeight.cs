using System.Buffers;

namespace MuSc.Features.Import.Weights;

/// <summary>A matrix with rows and columns exchanged: checkpoints keep [outputs × inputs], a matrix product wants [inputs × outputs].</summary>
internal sealed class TransposedWeight(Weight source) : Weight(source.RowLength, source.Rows)
{
    // Source rows read at once: a source is read once per piece that is written, in runs that fit the cache.
    private const int SourceRows = 64;

    public override void ReadRows(long first, int count, Span<float> rows)
    {
        float[] buffer = ArrayPool<float>.Shared.Rent(SourceRows * source.RowLength);
        for (long top = 0; top < source.Rows; top += SourceRows)
        {
            int taken = (int)Math.Min(SourceRows, source.Rows - top);
            source.ReadRows(top, taken, buffer.AsSpan(0, taken * source.RowLength));
            for (int row = 0; row < count; row++)
            {
                Span<float> target = rows.Slice((row * RowLength) + (int)top, taken);
                for (int column = 0; column < taken; column++)
                {
                    target[column] = buffer[(column * source.RowLength) + (int)first + row];
                }
            }
        }

        ArrayPool<float>.Shared.Return(buffer);
    }
}
