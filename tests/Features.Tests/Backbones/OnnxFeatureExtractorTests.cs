using Microsoft.ML.OnnxRuntime;
using MuSc.Contracts;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Features.Tests.Images;

namespace MuSc.Features.Tests.Backbones;

public sealed class OnnxFeatureExtractorTests : IDisposable
{
    private static readonly ImageFile[] Images = [.. Fixtures.Names("*.png").Select(name => new ImageFile(name, Fixtures.At(name)))];

    private readonly string _folder = Directory.CreateTempSubdirectory("musc extract ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false, 1, 1)]
    [InlineData(false, 4, 2)]
    [InlineData(true, 1, 2)]
    [InlineData(true, 4, 1)]
    public void Extract_gives_every_stage_and_the_class_token(bool half, int batch, int threads)
    {
        BackboneInfo backbone = Backbone.Open(new TinyBackbone { Half = half }.Write(_folder));
        using OnnxFeatureExtractor extractor = new(backbone, new ExtractionOptions { Size = 24, Batch = batch, Threads = threads });
        Assert.Equal([new StageShape(6, 3), new StageShape(3, 6)], extractor.Shape.Stages);
        Assert.Equal(3, extractor.Shape.ClassChannels);

        int done = 0;
        FeatureBlock block = extractor.Extract(Images, count => Interlocked.Add(ref done, count), CancellationToken.None);

        Assert.Equal(Images.Length, done);
        float tolerance = half ? 0.01f : 1e-5f;
        for (int i = 0; i < Images.Length; i++)
        {
            float[] pixels = Normalized(Images[i].Path, backbone, 24);
            for (int patch = 0; patch < 36; patch++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    float expected = Square(pixels, channel, 24, patch / 6 * 4, patch % 6 * 4, 4).Average();
                    Assert.Equal(expected, block.Stage(0, i)[(patch * 3) + channel], tolerance);
                }
            }

            float[] corner = [.. Square(pixels, 2, 24, 16, 8, 8)];
            Assert.Equal(corner.Average(), block.Stage(1, i)[(7 * 6) + 2], tolerance);
            Assert.Equal(corner.Max(), block.Stage(1, i)[(7 * 6) + 5], tolerance);
            Assert.Equal(Square(pixels, 1, 24, 0, 0, 24).Average(), block.ClassToken(i)[1], tolerance);
        }
    }

    [Fact]
    public void Stages_are_given_in_the_order_asked_for()
    {
        BackboneInfo backbone = Backbone.Open(new TinyBackbone().Write(_folder));
        using OnnxFeatureExtractor all = new(backbone, new ExtractionOptions());
        using OnnxFeatureExtractor swapped = new(backbone, new ExtractionOptions { Stages = [2, 1] });
        using OnnxFeatureExtractor second = new(backbone, new ExtractionOptions { Stages = [2] });
        FeatureBlock block = all.Extract(Images, extracted: null, CancellationToken.None);
        Assert.Equal([block.Stages[1], block.Stages[0]], swapped.Extract(Images, extracted: null, CancellationToken.None).Stages);
        Assert.Equal([block.Stages[1]], second.Extract(Images, extracted: null, CancellationToken.None).Stages);
    }

    [Fact]
    public void A_network_without_class_token_gives_none()
    {
        BackboneInfo backbone = Backbone.Open(new TinyBackbone { Outputs = ["stage_1"] }.Write(_folder));
        using OnnxFeatureExtractor extractor = new(backbone, new ExtractionOptions());
        Assert.Equal(0, extractor.Shape.ClassChannels);
        Assert.Empty(extractor.Extract(Images, extracted: null, CancellationToken.None).ClassTokens);
    }

    [Fact]
    public void Extract_gives_the_same_bits_for_any_number_of_threads_and_any_cut_into_blocks()
    {
        BackboneInfo backbone = Backbone.Open("compact");
        using OnnxFeatureExtractor one = new(backbone, new ExtractionOptions { Size = 96, Threads = 1 });
        using OnnxFeatureExtractor many = new(backbone, new ExtractionOptions { Size = 96, Threads = 4 });
        Assert.Equal(one.Profile, many.Profile);
        FeatureBlock first = one.Extract(Images, extracted: null, CancellationToken.None);
        FeatureBlock second = many.Extract(Images, extracted: null, CancellationToken.None);
        FeatureBlock last = many.Extract(Images[^3..], extracted: null, CancellationToken.None);
        Assert.Equal(first.ClassTokens, second.ClassTokens);
        for (int stage = 0; stage < first.Stages.Length; stage++)
        {
            Assert.True(first.Stages[stage].AsSpan().SequenceEqual(second.Stages[stage]), $"stage {stage}");
            Assert.True(first.Stages[stage].AsSpan()[^last.Stages[stage].Length..].SequenceEqual(last.Stages[stage]), $"stage {stage} of the last three");
        }
    }

    [Fact]
    public void A_batch_changes_only_the_rounding()
    {
        BackboneInfo backbone = Backbone.Open("compact");
        using OnnxFeatureExtractor single = new(backbone, new ExtractionOptions { Size = 96 });
        using OnnxFeatureExtractor batched = new(backbone, new ExtractionOptions { Size = 96, Batch = 3 });
        Assert.NotEqual(single.Profile, batched.Profile);
        float[] expected = single.Extract(Images[..4], extracted: null, CancellationToken.None).ClassTokens;
        float[] actual = batched.Extract(Images[..4], extracted: null, CancellationToken.None).ClassTokens;
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5f);
    }

    [Fact]
    public void Profile_names_what_the_bits_depend_on()
    {
        BackboneInfo backbone = Backbone.Open("compact");
        using OnnxFeatureExtractor extractor = new(backbone, new ExtractionOptions { Size = 96 });
        Assert.StartsWith($"onnxruntime {OrtEnv.Instance().GetVersionString()}; cpu ", extractor.Profile, StringComparison.Ordinal);
        Assert.EndsWith($"; batch 1; backbone {backbone.Sha256}", extractor.Profile, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-4)]
    [InlineData(18)]
    public void A_size_that_is_no_multiple_of_the_patch_is_refused(int size)
    {
        string path = new TinyBackbone().Write(_folder);
        JobException refusal = Assert.Throws<JobException>(() => BackboneRun.Describe(path, size, stages: null));
        Assert.StartsWith($"A size of {size} is not a multiple of tiny's patch of 4 pixels", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 3 })]
    [InlineData(new[] { 1, 1 })]
    public void Stages_that_are_not_there_are_refused(int[] stages)
    {
        string path = new TinyBackbone().Write(_folder);
        JobException refusal = Assert.Throws<JobException>(() => BackboneRun.Describe(path, size: null, stages));
        Assert.Contains("tiny has the stages 1 to 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_of_one_size_refuses_others()
    {
        BackboneInfo backbone = Backbone.Open(new TinyBackbone { InputShape = [1, 3, 16, 16] }.Write(_folder));
        using OnnxFeatureExtractor extractor = new(backbone, new ExtractionOptions());
        Assert.Equal(4, extractor.Shape.Stages[0].Grid);
        string size = Assert.Throws<BackboneException>(() => new OnnxFeatureExtractor(backbone, new ExtractionOptions { Size = 24 })).Message;
        Assert.EndsWith("takes only images of 16 × 16 pixels, not 24 × 24.", size, StringComparison.Ordinal);
        string batch = Assert.Throws<BackboneException>(() => new OnnxFeatureExtractor(backbone, new ExtractionOptions { Batch = 2 })).Message;
        Assert.Contains("takes only batches of 1 images, not 2", batch, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CUDA_device_that_is_not_there_is_an_error_and_no_fall_back()
    {
        BackboneInfo backbone = Backbone.Open("compact");
        DeviceException refusal = Assert.Throws<DeviceException>(() => new OnnxFeatureExtractor(backbone, new ExtractionOptions { Device = Device.Parse("cuda:99") }));
        Assert.Contains("cuda:99", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--device cpu", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_file_is_named()
    {
        string bad = Path.Combine(_folder, "bad.png");
        File.WriteAllBytes(bad, []);
        BackboneInfo backbone = Backbone.Open(new TinyBackbone().Write(_folder));
        using OnnxFeatureExtractor extractor = new(backbone, new ExtractionOptions());
        ImageFileException refusal = Assert.Throws<ImageFileException>(() => extractor.Extract([.. Images, new ImageFile("bad.png", bad)], extracted: null, CancellationToken.None));
        Assert.Equal(bad, refusal.FilePath);
    }

    [Fact]
    public void Cancelling_stops_between_images()
    {
        BackboneInfo backbone = Backbone.Open(new TinyBackbone().Write(_folder));
        using OnnxFeatureExtractor extractor = new(backbone, new ExtractionOptions { Threads = 1 });
        using CancellationTokenSource source = new();
        int done = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => extractor.Extract(
            Images,
            _ =>
            {
                done++;
                source.Cancel();
            },
            source.Token));
        Assert.Equal(1, done);
    }

    private static float[] Normalized(string path, BackboneInfo backbone, int size)
    {
        RgbImage image = PillowResize.Resize(ImageDecoder.Decode(path, applyExif: false), size, size, backbone.Resize);
        return [.. Enumerable.Range(0, 3 * size * size).Select(i =>
        {
            (int channel, int pixel) = (i / (size * size), i % (size * size));
            return ((image.Pixels[(pixel * 3) + channel] / 255f) - backbone.Mean[channel]) / backbone.Deviation[channel];
        })];
    }

    private static IEnumerable<float> Square(float[] pixels, int channel, int size, int top, int left, int side) =>
        Enumerable.Range(0, side * side).Select(i => pixels[(channel * size * size) + ((top + (i / side)) * size) + left + (i % side)]);
}
