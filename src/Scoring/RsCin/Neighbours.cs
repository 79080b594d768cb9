namespace MuSc.Scoring.RsCin;

/// <summary>The images most like one image: the largest entries of its row of W, ties to the lower index.</summary>
/// <param name="count">How many are wanted, at least 1.</param>
internal sealed class Neighbours(int count)
{
    private readonly float[] _weights = new float[count];
    private readonly int[] _images = new int[count];

    /// <summary>Finds the largest entries of a row, largest first.</summary>
    /// <param name="row">[N], N at least the number wanted.</param>
    public void Select(ReadOnlySpan<float> row)
    {
        int held = 0;
        for (int image = 0; image < row.Length; image++)
        {
            float weight = row[image];
            if (held == _weights.Length && !(weight > _weights[held - 1]))
            {
                continue;
            }

            // Strictly larger only: among equals the one that came first stays ahead.
            int place = held < _weights.Length ? held++ : held - 1;
            for (; place > 0 && weight > _weights[place - 1]; place--)
            {
                _weights[place] = _weights[place - 1];
                _images[place] = _images[place - 1];
            }

            _weights[place] = weight;
            _images[place] = image;
        }
    }

    /// <summary>The weighted mean of the neighbours' scores.</summary>
    /// <param name="scores">[N].</param>
    /// <param name="window">How many of the largest entries count.</param>
    /// <param name="fallback">The result where the weights sum to 0 or less.</param>
    public double Average(ReadOnlySpan<double> scores, int window, double fallback)
    {
        double weights = 0;
        double sum = 0;
        for (int place = 0; place < window; place++)
        {
            weights += _weights[place];
            sum += _weights[place] * scores[_images[place]];
        }

        return weights > 0 ? sum / weights : fallback;
    }
}
