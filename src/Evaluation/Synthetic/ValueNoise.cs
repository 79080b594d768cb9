namespace MuSc.Evaluation.Synthetic;

/// <summary>Smooth noise from random values on a lattice; the same seed gives the same field everywhere.</summary>
/// <param name="seed">Any number.</param>
public sealed class ValueNoise(ulong seed)
{
    /// <summary>Noise of one octave with a period of about 1, in [−1, 1].</summary>
    public double At(double x, double y)
    {
        double left = Math.Floor(x), top = Math.Floor(y);
        double a = Ease(x - left), b = Ease(y - top);
        long i = (long)left, j = (long)top;
        double upper = Lerp(Lattice(i, j), Lattice(i + 1, j), a);
        double lower = Lerp(Lattice(i, j + 1), Lattice(i + 1, j + 1), a);
        return Lerp(upper, lower, b);
    }

    /// <summary>Three octaves, each at twice the frequency and half the strength of the one before; about [−1, 1].</summary>
    public double Rough(double x, double y) => (At(x, y) + (At(2.03 * x, 2.03 * y) / 2) + (At(4.11 * x, 4.11 * y) / 4)) / 1.75;

    private static double Ease(double t) => t * t * (3 - (2 * t));

    private static double Lerp(double from, double to, double t) => from + ((to - from) * t);

    // The finaliser of SplitMix64 over the lattice point: cheap, and without visible structure.
    private double Lattice(long i, long j)
    {
        ulong z = seed + ((ulong)i * 0x9E3779B97F4A7C15) + ((ulong)j * 0xD1B54A32D192ED03);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (2.0 / (1UL << 53)) - 1;
    }
}
