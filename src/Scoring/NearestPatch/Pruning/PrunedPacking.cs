using System.Runtime.InteropServices;
using MuSc.Scoring.Lnamd;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Lays an image out for the pruned kernel: leaves, tokens in their order, and both screens' panels.</summary>
internal readonly ref struct PrunedPacking(TokenBasis basis, PatchTree tree, ScreenLevels levels, int width)
{
    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed)
    {
        int channels = basis.Channels;
        PrunedLayout layout = new(patches, channels, levels, width);
        Span<int> order = MemoryMarshal.Cast<float, int>(packed.Slice(PrunedLayout.Order, patches));
        Span<int> leaves = MemoryMarshal.Cast<float, int>(packed.Slice(layout.Leaves, patches));
        double[] projections = new double[patches * basis.Count];
        float[] coefficients = new float[projections.Length];
        for (int patch = 0; patch < patches; patch++)
        {
            basis.Project(tokens.Slice(patch * channels, channels), projections.AsSpan(patch * basis.Count, basis.Count));
        }

        for (int at = 0; at < coefficients.Length; at++)
        {
            coefficients[at] = (float)projections[at];
        }

        for (int patch = 0; patch < patches; patch++)
        {
            leaves[patch] = tree.Leaf(coefficients.AsSpan(patch * basis.Count, basis.Count));
            order[patch] = patch;
        }

        leaves.Sort(order);
        for (int place = 0; place < patches; place++)
        {
            tokens.Slice(order[place] * channels, channels).CopyTo(packed.Slice(layout.Tokens + (place * channels), channels));
        }

        for (int place = 0; place < layout.Panels * width; place++)
        {
            int patch = order[Math.Min(place, patches - 1)];
            ReadOnlySpan<double> projection = projections.AsSpan(patch * basis.Count, basis.Count);
            ReadOnlySpan<float> coefficient = coefficients.AsSpan(patch * basis.Count, basis.Count);
            double length = UnitNorm.SquaredLength(tokens.Slice(patch * channels, channels));
            if (levels.Coarse > 0)
            {
                Put(packed[layout.Coarse..], place, levels.Coarse, length, projection, coefficient);
            }

            Put(packed[layout.Fine..], place, levels.Fine, length, projection, coefficient);
        }
    }

    /// <summary>One patch's lane of a panel: its coefficients and the length of what they leave.</summary>
    private void Put(
        Span<float> panels, int place, int directions, double squaredLength, ReadOnlySpan<double> projection, ReadOnlySpan<float> coefficient)
    {
        Span<float> lane = panels[((place / width * width * (directions + 1)) + (place % width))..];
        for (int direction = 0; direction < directions; direction++)
        {
            lane[direction * width] = coefficient[direction];
        }

        lane[directions * width] = ScreenMargin.Rest(squaredLength, projection[..directions], coefficient[..directions], basis.Defect);
    }
}
