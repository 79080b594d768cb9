namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Two halves of a sample, in the order of the leaves, as two images would meet.</summary>
internal sealed class SampleHalves
{
    private readonly int _count;
    private readonly int _channels;
    private readonly TokenBasis _basis;
    private readonly (float[] Tokens, float[] Coefficients, double[] Lengths) _rows;
    private readonly (float[] Tokens, float[] Coefficients, double[] Lengths) _columns;

    /// <param name="sample">[S × C]; the halves are taken from both ends.</param>
    /// <param name="basis">Directions.</param>
    /// <param name="tree">Leaves.</param>
    /// <param name="most">Tokens of a half at most.</param>
    public SampleHalves(ReadOnlySpan<float> sample, TokenBasis basis, PatchTree tree, int most)
    {
        (_channels, _basis) = (basis.Channels, basis);
        _count = Math.Min(most, sample.Length / _channels / 2);
        _rows = Sort(sample[..(_count * _channels)], basis, tree);
        _columns = Sort(sample[^(_count * _channels)..], basis, tree);
    }

    /// <summary>For each number of directions, the share of blocks and of pairs that their bounds leave.</summary>
    public Dictionary<int, (double Blocks, double Pairs)> ShareLeft(int[] steps, int blockRows, int blockColumns)
    {
        float[] dots = Dots();
        float[] rowBest = new float[_count];
        float[] columnBest = new float[_count];
        Array.Fill(rowBest, float.NegativeInfinity);
        Array.Fill(columnBest, float.NegativeInfinity);
        for (int at = 0; at < dots.Length; at++)
        {
            rowBest[at / _count] = MathF.Max(rowBest[at / _count], dots[at]);
            columnBest[at % _count] = MathF.Max(columnBest[at % _count], dots[at]);
        }

        Dictionary<int, (double, double)> shares = [];
        Array.Clear(dots);
        int done = 0;
        foreach (int step in steps)
        {
            AddProducts(dots, done, step);
            done = step;
            shares[step] = Left(dots, Rests(_rows, step), Rests(_columns, step), rowBest, columnBest, blockRows, blockColumns);
        }

        return shares;
    }

    private float[] Dots()
    {
        PanelProduct product = PanelProduct.Create(_channels);
        float[] rows = new float[product.PackedLength(_count)];
        float[] columns = new float[rows.Length];
        product.Pack(_rows.Tokens, _count, rows);
        product.Pack(_columns.Tokens, _count, columns);
        float[] dots = new float[_count * _count];
        product.All(rows, _count, columns, _count, dots);
        return dots;
    }

    private void AddProducts(float[] sums, int from, int end)
    {
        int stride = _basis.Count;
        float[] column = new float[_count];
        for (int direction = from; direction < end; direction++)
        {
            for (int at = 0; at < _count; at++)
            {
                column[at] = _columns.Coefficients[(at * stride) + direction];
            }

            for (int row = 0; row < _count; row++)
            {
                float scale = _rows.Coefficients[(row * stride) + direction];
                Span<float> line = sums.AsSpan(row * _count, _count);
                for (int at = 0; at < line.Length; at++)
                {
                    line[at] += scale * column[at];
                }
            }
        }
    }

    private float[] Rests((float[] Tokens, float[] Coefficients, double[] Lengths) half, int directions)
    {
        float[] rests = new float[_count];
        for (int token = 0; token < _count; token++)
        {
            double rest = half.Lengths[token];
            foreach (float coefficient in half.Coefficients.AsSpan(token * _basis.Count, directions))
            {
                rest -= (double)coefficient * coefficient;
            }

            rests[token] = (float)Math.Sqrt(Math.Max(0, rest));
        }

        return rests;
    }

    private (double Blocks, double Pairs) Left(
        float[] products, float[] rowRests, float[] columnRests, float[] rowBest, float[] columnBest, int blockRows, int blockColumns)
    {
        int across = (_count + blockColumns - 1) / blockColumns;
        int[] blocks = new int[across * ((_count + blockRows - 1) / blockRows)];
        for (int row = 0; row < _count; row++)
        {
            for (int column = 0; column < _count; column++)
            {
                float bound = products[(row * _count) + column] + (rowRests[row] * columnRests[column]);
                if (bound >= MathF.Min(rowBest[row], columnBest[column]))
                {
                    blocks[(row / blockRows * across) + (column / blockColumns)]++;
                }
            }
        }

        return ((double)blocks.Count(count => count > 0) / blocks.Length, blocks.Sum(count => (double)count) / products.Length);
    }

    private static (float[] Tokens, float[] Coefficients, double[] Lengths) Sort(ReadOnlySpan<float> tokens, TokenBasis basis, PatchTree tree)
    {
        int channels = basis.Channels;
        int count = tokens.Length / channels;
        double[] projection = new double[basis.Count];
        float[] coefficients = new float[count * basis.Count];
        int[] leaves = new int[count];
        int[] order = [.. Enumerable.Range(0, count)];
        for (int token = 0; token < count; token++)
        {
            basis.Project(tokens.Slice(token * channels, channels), projection);
            for (int direction = 0; direction < projection.Length; direction++)
            {
                coefficients[(token * basis.Count) + direction] = (float)projection[direction];
            }

            leaves[token] = tree.Leaf(coefficients.AsSpan(token * basis.Count, basis.Count));
        }

        Array.Sort(leaves, order);
        float[] sortedTokens = new float[tokens.Length];
        float[] sortedCoefficients = new float[coefficients.Length];
        double[] lengths = new double[count];
        for (int place = 0; place < count; place++)
        {
            ReadOnlySpan<float> token = tokens.Slice(order[place] * channels, channels);
            token.CopyTo(sortedTokens.AsSpan(place * channels));
            coefficients.AsSpan(order[place] * basis.Count, basis.Count).CopyTo(sortedCoefficients.AsSpan(place * basis.Count));
            lengths[place] = Lnamd.UnitNorm.SquaredLength(token);
        }

        return (sortedTokens, sortedCoefficients, lengths);
    }
}
