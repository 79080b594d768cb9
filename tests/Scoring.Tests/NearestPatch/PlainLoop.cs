namespace MuSc.Scoring.Tests.NearestPatch;

/// <summary>The definition of the kernel's arithmetic: one accumulator, channels in order, one fused multiply-add each.</summary>
internal static class PlainLoop
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int channel = 0; channel < a.Length; channel++)
        {
            sum = MathF.FusedMultiplyAdd(a[channel], b[channel], sum);
        }

        return sum;
    }

    public static (float[] Rows, float[] Columns) MaxDots(float[] rows, float[] columns, int channels)
    {
        float[] rowMaxima = new float[rows.Length / channels];
        float[] columnMaxima = new float[columns.Length / channels];
        Array.Fill(rowMaxima, float.NegativeInfinity);
        Array.Fill(columnMaxima, float.NegativeInfinity);
        for (int row = 0; row < rowMaxima.Length; row++)
        {
            for (int column = 0; column < columnMaxima.Length; column++)
            {
                float dot = Dot(rows.AsSpan(row * channels, channels), columns.AsSpan(column * channels, channels));
                rowMaxima[row] = Math.Max(rowMaxima[row], dot);
                columnMaxima[column] = Math.Max(columnMaxima[column], dot);
            }
        }

        return (rowMaxima, columnMaxima);
    }
}
