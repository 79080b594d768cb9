using MuSc.Contracts;
using MuSc.Features.NearestPatch;
using MuSc.Scoring.Lnamd;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Features.Tests.NearestPatch;

public sealed class OnnxNearestPatchKernelTests
{
    [Theory]
    [InlineData(1, 1, 8)]
    [InlineData(49, 36, 192)]
    [InlineData(196, 196, 1024)]
    public void Dots_agree_with_the_managed_kernel_within_two_gamma(int rowPatches, int columnPatches, int channels)
    {
        float[] rows = Tokens(rowPatches, channels, 1);
        float[] columns = Tokens(columnPatches, channels, 2);
        using OnnxNearestPatchKernel kernel = new(channels, Device.Parse("cpu"));
        (float[] expectedRows, float[] expectedColumns) = new SimdNearestPatchKernel(channels).Compute(rows, columns);
        (float[] rowMaxima, float[] columnMaxima) = kernel.Compute(rows, columns);
        AssertWithin(2 * Gamma(channels), expectedRows, rowMaxima);
        AssertWithin(2 * Gamma(channels), expectedColumns, columnMaxima);
    }

    [Fact]
    public void Half_tokens_agree_but_for_their_rounding()
    {
        const int Channels = 192;
        float[] rows = Tokens(49, Channels, 1);
        float[] columns = Tokens(48, Channels, 2);
        using OnnxNearestPatchKernel kernel = new(Channels, Device.Parse("cpu"), half: true);
        (float[] expectedRows, float[] expectedColumns) = new SimdNearestPatchKernel(Channels).Compute(rows, columns);
        (float[] rowMaxima, float[] columnMaxima) = kernel.Compute(rows, columns);

        // Both tokens and the maximum are rounded to 11 bits.
        double tolerance = (3.0 / 2048) + (2 * Gamma(Channels));
        AssertWithin(tolerance, expectedRows, rowMaxima);
        AssertWithin(tolerance, expectedColumns, columnMaxima);
    }

    [Fact]
    public void Many_images_in_one_run_answer_as_one_by_one()
    {
        const int Channels = 64;
        const int Images = 3;
        const int Patches = 25;
        using OnnxNearestPatchKernel kernel = new(Channels, Device.Parse("cpu"));
        float[] rows = Tokens(36, Channels, 1);
        float[] columns = Tokens(Images * Patches, Channels, 2);
        float[] rowMaxima = new float[Images * 36];
        float[] columnMaxima = new float[Images * Patches];
        kernel.MaxDotsOfMany(rows, 36, columns, Images, Patches, rowMaxima, columnMaxima);
        for (int image = 0; image < Images; image++)
        {
            float[] one = columns[(image * Patches * Channels)..((image + 1) * Patches * Channels)];
            (float[] expectedRows, float[] expectedColumns) = kernel.Compute(rows, one);
            AssertWithin(2 * Gamma(Channels), expectedRows, rowMaxima[(image * 36)..((image + 1) * 36)]);
            AssertWithin(2 * Gamma(Channels), expectedColumns, columnMaxima[(image * Patches)..((image + 1) * Patches)]);
        }
    }

    private static void AssertWithin(double tolerance, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs((double)pair.First - pair.Second), 0, tolerance));
    }

    private static double Gamma(int channels) => channels * Math.Pow(2, -24) / (1 - (channels * Math.Pow(2, -24)));

    private static float[] Tokens(int patches, int channels, int seed)
    {
        Random random = new(seed);
        float[] tokens = [.. Enumerable.Range(0, patches * channels).Select(_ => random.NextSingle() - 0.5f)];
        UnitNorm.Rows(tokens, channels);
        return tokens;
    }
}
