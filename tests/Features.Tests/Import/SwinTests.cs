using MuSc.Features.Backbones;
using MuSc.Features.Import;
using Xunit.Abstractions;

namespace MuSc.Features.Tests.Import;

/// <summary>An imported Swin against a forward pass in plain loops.</summary>
public sealed class SwinTests(ITestOutputHelper output) : IDisposable
{
    private const float Tolerance = 1e-4f;
    private readonly TempFolder _folder = new();
    private readonly SwinReference _swin = new();

    /// <summary>At 32 pixels the last stage is one window; at 48 its grid of 6 is padded to two windows of 4 and shifted.</summary>
    [Theory]
    [InlineData(32, false)]
    [InlineData(48, false)]
    [InlineData(48, true)]
    public void Stages_equal_a_plain_forward_pass(int size, bool earlyNaming)
    {
        ImportOptions options = Options(_swin.Checkpoint(earlyNaming)) with { Size = size };
        ImportedBackbone imported = BackboneImporter.Import(options, CancellationToken.None);
        Assert.Equal([new StageShape(size / 2, 8), new StageShape(size / 4, 16), new StageShape(size / 8, 32)], imported.Stages);

        using OnnxNetwork network = new(options.Output);
        float[] pixels = RandomVit.Pixels(size, 2);
        Dictionary<string, float[]> actual = network.Run(pixels, 2);
        Assert.Equal(["stage_1", "stage_2", "stage_3"], actual.Keys.Order());
        for (int image = 0; image < 2; image++)
        {
            List<double[][]> expected = _swin.Forward(pixels[(image * pixels.Length / 2)..((image + 1) * pixels.Length / 2)], size);
            for (int stage = 0; stage < 3; stage++)
            {
                double[] flat = [.. expected[stage].SelectMany(token => token)];
                float[] tokens = actual[$"stage_{stage + 1}"][(image * flat.Length)..((image + 1) * flat.Length)];
                double difference = flat.Zip(tokens, (left, right) => Math.Abs(left - right)).Max();
                output.WriteLine($"size {size}, image {image}, stage {stage + 1}: {difference:E2}");
                Assert.InRange(difference, 0, Tolerance);
            }
        }
    }

    [Fact]
    public void Chosen_stages_are_numbered_from_one()
    {
        ImportOptions options = Options(_swin.Checkpoint(early: false)) with { Size = 32 };
        Dictionary<string, float[]> all = ImportedNetwork.Run(options);
        Dictionary<string, float[]> second = ImportedNetwork.Run(options with { Stages = [2] });
        Assert.Equal(["stage_1"], second.Keys);
        Assert.Equal(all["stage_2"], second["stage_1"]);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(36)]
    public void A_size_without_whole_windows_is_refused(int size) => Assert.Contains(
        "multiples of 8 from 32",
        Assert.Throws<ImportException>(() => BackboneImporter.Import(Options(_swin.Checkpoint(early: false)) with { Size = size }, CancellationToken.None)).Message);

    public void Dispose() => _folder.Dispose();

    private ImportOptions Options(SafetensorsBuilder file) =>
        ImportedNetwork.Options(file.Save(_folder.At("swin.safetensors"))) with { Heads = null };
}
