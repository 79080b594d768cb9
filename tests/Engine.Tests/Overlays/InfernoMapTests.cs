using MuSc.Engine.Overlays;

namespace MuSc.Engine.Tests.Overlays;

public sealed class InfernoMapTests
{
    // The original table at its quarters.
    [Theory]
    [InlineData(0, 0x00, 0x00, 0x04)]
    [InlineData(0.25, 0x56, 0x10, 0x6E)]
    [InlineData(0.5, 0xBB, 0x37, 0x54)]
    [InlineData(0.75, 0xF9, 0x8C, 0x0A)]
    [InlineData(1, 0xFC, 0xFF, 0xA4)]
    public void Fit_stays_near_the_original_table(double t, int red, int green, int blue)
    {
        (double r, double g, double b) = InfernoMap.At(t);
        Assert.InRange(r, red - 7, red + 7);
        Assert.InRange(g, green - 7, green + 7);
        Assert.InRange(b, blue - 7, blue + 7);
    }

    [Fact]
    public void Lightness_only_rises()
    {
        double[] lightness = [.. Enumerable.Range(0, 101).Select(i => Lightness(InfernoMap.At(i / 100.0)))];
        for (int i = 1; i < lightness.Length; i++)
        {
            Assert.True(lightness[i] > lightness[i - 1] - 0.1, $"Lightness falls at {i} %: {lightness[i - 1]} to {lightness[i]}.");
        }

        Assert.True(lightness[^1] > 95 && lightness[0] < 3);
    }

    [Fact]
    public void Positions_outside_are_cut()
    {
        Assert.Equal(InfernoMap.At(0), InfernoMap.At(-3));
        Assert.Equal(InfernoMap.At(1), InfernoMap.At(3));
    }

    // L* of CIE 1976.
    private static double Lightness((double R, double G, double B) colour)
    {
        static double Linear(double part) => part <= 10.31475 ? part / 255 / 12.92 : Math.Pow(((part / 255) + 0.055) / 1.055, 2.4);
        double y = (0.2126 * Linear(colour.R)) + (0.7152 * Linear(colour.G)) + (0.0722 * Linear(colour.B));
        return y > 0.008856 ? (116 * Math.Cbrt(y)) - 16 : 903.3 * y;
    }
}
