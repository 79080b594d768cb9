using MuSc.Features.Import.Weights;

namespace MuSc.Features.Import.Swin;

/// <summary>
/// [heads × w² × w²] from a table [(2w − 1)² × heads]: the bias of patch p looking at patch q is the table's row for their
/// difference in rows and columns.
/// </summary>
internal sealed class RelativePositionBias(Weight table, int window)
    : Weight(table.RowLength, window * window, window * window)
{
    public override void ReadRows(long first, int count, Span<float> rows)
    {
        float[] values = table.ToArray();
        int heads = table.RowLength;
        int side = (2 * window) - 1;
        int area = window * window;
        for (int head = 0; head < count; head++)
        {
            for (int p = 0; p < area; p++)
            {
                for (int q = 0; q < area; q++)
                {
                    int down = (p / window) - (q / window) + window - 1;
                    int right = (p % window) - (q % window) + window - 1;
                    rows[(((head * area) + p) * area) + q] = values[(((down * side) + right) * heads) + (int)first + head];
                }
            }
        }
    }
}
