namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>
/// Divides a map's tokens into leaves of like tokens by halving a sample again and again along its widest coefficient.
/// Patches in the order of their leaves lie beside their likes, so that whole blocks of patch pairs can be ruled out.
/// </summary>
internal sealed class PatchTree
{
    private const int Depth = 7;
    private const int Coefficients = 16;

    private readonly int[] _coefficient = new int[(1 << Depth) - 1];
    private readonly float[] _split = new float[(1 << Depth) - 1];

    /// <param name="coefficients">[S × stride] of the sample.</param>
    /// <param name="stride">Coefficients of a token.</param>
    public PatchTree(float[] coefficients, int stride)
    {
        int[] tokens = [.. Enumerable.Range(0, coefficients.Length / stride)];
        Divide(coefficients, stride, tokens, 0, 0);
    }

    /// <summary>The leaf of a token, 0 … 2^depth − 1.</summary>
    public int Leaf(ReadOnlySpan<float> coefficients)
    {
        int node = 0;
        for (int depth = 0; depth < Depth; depth++)
        {
            node = (2 * node) + (coefficients[_coefficient[node]] > _split[node] ? 2 : 1);
        }

        return node - _split.Length;
    }

    private void Divide(float[] coefficients, int stride, Span<int> tokens, int node, int depth)
    {
        if (depth == Depth || tokens.Length < 2)
        {
            return;
        }

        int widest = Widest(coefficients, stride, tokens);
        tokens.Sort((one, other) => coefficients[(one * stride) + widest].CompareTo(coefficients[(other * stride) + widest]));
        int middle = tokens.Length / 2;
        _coefficient[node] = widest;
        _split[node] = coefficients[(tokens[middle - 1] * stride) + widest];
        Divide(coefficients, stride, tokens[..middle], (2 * node) + 1, depth + 1);
        Divide(coefficients, stride, tokens[middle..], (2 * node) + 2, depth + 1);
    }

    private static int Widest(float[] coefficients, int stride, ReadOnlySpan<int> tokens)
    {
        int widest = 0;
        double largest = -1;
        for (int coefficient = 0; coefficient < Math.Min(Coefficients, stride); coefficient++)
        {
            double sum = 0;
            double squares = 0;
            foreach (int token in tokens)
            {
                double value = coefficients[(token * stride) + coefficient];
                sum += value;
                squares += value * value;
            }

            double spread = squares - (sum * sum / tokens.Length);
            if (spread > largest)
            {
                (widest, largest) = (coefficient, spread);
            }
        }

        return widest;
    }
}
