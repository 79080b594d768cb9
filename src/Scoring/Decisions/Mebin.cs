using MuSc.Scoring.Metrics;

namespace MuSc.Scoring.Decisions;

/// <summary>
/// MEBin (Main Element Binarization; Huang et al., AnomalyNCD, CVPR 2025): each image's own threshold is where its number of regions stays
/// the same for longest. For comparison; it may disagree with the decision about the image.
/// </summary>
/// <param name="low">The least value of all maps of the set.</param>
/// <param name="high">The greatest.</param>
/// <param name="lowestPeak">The smallest of the maps' maxima.</param>
/// <param name="size">S.</param>
public sealed class Mebin(float low, float high, double lowestPeak, int size)
{
    private const int Step = 4, LeastRun = 4;

    private readonly int _least = Byte(lowestPeak, low, high), _greatest = Byte(high, low, high);
    private readonly byte[] _quantized = new byte[size * size];
    private readonly double[] _stretched = new double[size * size];
    private readonly bool[] _eroded = new bool[size * size];
    private readonly bool[] _rows = new bool[size * size];

    /// <summary>The smallest and the greatest maximum of a map, in steps of 1/255 of the set's range.</summary>
    public (int Least, int Greatest) PeakRange => (_least, _greatest);

    /// <summary>Makes an image's mask; one image at a time.</summary>
    /// <param name="map">[S × S] the anomaly map.</param>
    /// <param name="mask">[S × S]; overwritten.</param>
    /// <returns>The threshold that the image got, in steps of 1/255 of the set's range, and how many regions it shows; 255 and 0 where the mask is empty.</returns>
    public (int Threshold, int Regions) Mask(ReadOnlySpan<float> map, Span<bool> mask)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, _quantized.Length, nameof(map));
        ArgumentOutOfRangeException.ThrowIfNotEqual(mask.Length, _quantized.Length, nameof(mask));
        for (int pixel = 0; pixel < map.Length; pixel++)
        {
            int value = Byte(map[pixel], low, high);
            _quantized[pixel] = (byte)value;
            _stretched[pixel] = value < _least || _greatest == _least ? 0 : (value - _least) / (double)(_greatest - _least) * 255;
        }

        List<int> counts = [];
        for (int level = 255; level > 0; level -= Step)
        {
            for (int pixel = 0; pixel < mask.Length; pixel++)
            {
                mask[pixel] = _stretched[pixel] > level;
            }

            Erode(mask, _eroded);
            counts.Add(ConnectedRegions.Label(_eroded, size).Areas.Length);
        }

        if (LongestRun(counts) is not (int end, int regions))
        {
            mask.Clear();
            return (255, 0);
        }

        int threshold = (int)(((255 - (Step * end)) * (double)(_greatest - _least) / 255) + _least);
        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            mask[pixel] = _quantized[pixel] > threshold;
        }

        Erode(mask, _eroded);
        _eroded.CopyTo(mask);
        return (threshold, regions);
    }

    // In steps of 1/255 of the set's range, halves to even.
    private static int Byte(double value, float low, float high) => high > low ? (int)Math.Round((value - low) / ((double)high - low) * 255) : 0;

    // The last position of the longest stretch of equal counts above 0, and that count. Among counts whose longest stretches are equally
    // long the one whose first stretch comes first, and of its longest stretches the last.
    private static (int End, int Regions)? LongestRun(List<int> counts)
    {
        List<(int Regions, int Length, int End)> runs = [];
        for (int start = 0, end; start < counts.Count; start = end)
        {
            for (end = start + 1; end < counts.Count && counts[end] == counts[start]; end++)
            {
            }

            if (counts[start] > 0 && end - start >= LeastRun)
            {
                runs.Add((counts[start], end - start, end - 1));
            }
        }

        if (runs.Count == 0)
        {
            return null;
        }

        int longest = runs.Max(run => run.Length);
        int regions = runs.GroupBy(run => run.Regions).First(same => same.Any(run => run.Length == longest)).Key;
        return (runs.Last(run => run.Length == longest && run.Regions == regions).End, regions);
    }

    // By 6 × 6 ones, from −3 to +2 in both directions; what lies outside counts as set.
    private void Erode(ReadOnlySpan<bool> from, Span<bool> to)
    {
        for (int line = 0; line < size; line++)
        {
            Narrow(from, line * size, 1, _rows);
        }

        for (int column = 0; column < size; column++)
        {
            Narrow(_rows, column, size, to);
        }
    }

    private void Narrow(ReadOnlySpan<bool> from, int first, int stride, Span<bool> to)
    {
        // How many of the window's pixels are not set.
        int clear = 0;
        for (int place = 0; place < Math.Min(2, size); place++)
        {
            clear += from[first + (place * stride)] ? 0 : 1;
        }

        for (int place = 0; place < size; place++)
        {
            if (place + 2 < size && !from[first + ((place + 2) * stride)])
            {
                clear++;
            }

            if (place - 4 >= 0 && !from[first + ((place - 4) * stride)])
            {
                clear--;
            }

            to[first + (place * stride)] = clear == 0;
        }
    }
}
