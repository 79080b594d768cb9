namespace MuSc.Features.Import.Weights;

/// <summary>Weights one below the other, as query, key and value of one product.</summary>
internal sealed class ConcatenatedWeight(params Weight[] parts)
    : Weight([parts.Sum(part => part.Rows), .. parts[0].Shape.Skip(1)])
{
    public override void ReadRows(long first, int count, Span<float> rows)
    {
        foreach (Weight part in parts)
        {
            int taken = (int)Math.Clamp(part.Rows - first, 0, count);
            if (taken > 0)
            {
                part.ReadRows(first, taken, rows[..(taken * RowLength)]);
                rows = rows[(taken * RowLength)..];
                count -= taken;
            }

            first = Math.Max(0, first - part.Rows);
        }
    }
}
