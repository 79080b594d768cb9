using MuSc.Contracts;
using MuSc.Engine.Local;
using MuSc.Engine.Tests.Local;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Extraction;

public sealed class TokenExportTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(false, NpyType.Float32)]
    [InlineData(true, NpyType.Float16)]
    public async Task Scoring_the_arrays_is_scoring_the_images(bool half, NpyType type)
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 6);
        LocalScoringOptions options = new() { Extractor = FakeExtractor.Factory(new()) };
        TokenExportResult extracted = TokenExport.Run(
            new(images, _temp.At("tokens"), HalfPrecision: half) { Local = options }, _ => { }, CancellationToken.None);
        Assert.Equal(images.Select(image => image.Name), await File.ReadAllLinesAsync(_temp.At("tokens", "images.txt")));
        using (NpyFile tokens = NpyFile.Open(_temp.At("tokens", "tokens.npy")))
        {
            Assert.Equal(type, tokens.Type);
            Assert.Equal([2, 6, 10, 4], tokens.Shape);
            float[] classPosition = new float[4];
            tokens.Read(0, classPosition);
            Assert.All(classPosition, value => Assert.Equal(0, value));
        }

        using LocalScoringService service = new(options);
        JobResults fromImages = await Run(service, new() { Images = images, Output = new() { Folder = _temp.At("one") } });
        JobResults fromTokens = await Run(service, new()
        {
            TokensFile = _temp.At("tokens", "tokens.npy"),
            ClassTokensFile = _temp.At("tokens", "class_tokens.npy"),
            TokenNames = extracted.Images,
            Size = 224,
            Output = new() { Folder = _temp.At("two") },
        });
        Assert.Equal(fromImages.Images.Select(line => line.Name), fromTokens.Images.Select(line => line.Name));
        Assert.All(fromImages.Images.Zip(fromTokens.Images), pair => Assert.Equal(pair.First.Score!.Value, pair.Second.Score!.Value, half ? 1e-2 : 0));
    }

    [Fact]
    public async Task Bad_images_are_left_out_when_asked()
    {
        List<ImageFile> images = [.. SampleImages.Make(_temp, 2)];
        await File.WriteAllTextAsync(_temp.At("bad.png"), "no image");
        images.Add(new("bad.png", _temp.At("bad.png")));
        LocalScoringOptions options = new() { Extractor = FakeExtractor.Factory(new()) };
        TokenExportSpec spec = new(images, _temp.At("tokens")) { Local = options };
        Assert.Equal(JobErrorKind.Input, Assert.Throws<JobException>(() => TokenExport.Run(spec, _ => { }, CancellationToken.None)).Kind);
        TokenExportResult results = TokenExport.Run(spec with { SkipBad = true }, _ => { }, CancellationToken.None);
        Assert.Equal(2, results.Images.Count);
        Assert.Equal("bad.png", Assert.Single(results.Skipped).Name);
    }

    [Fact]
    public void Cancelling_leaves_nothing_behind()
    {
        using CancellationTokenSource cancel = new();
        FakeExtractor extractor = new(image => cancel.Cancel());
        LocalScoringOptions options = new() { Extractor = FakeExtractor.Factory(extractor) };
        TokenExportSpec spec = new(SampleImages.Make(_temp, 3), _temp.At("tokens")) { Local = options };
        Assert.ThrowsAny<OperationCanceledException>(() => TokenExport.Run(spec, _ => { }, cancel.Token));
        Assert.Equal([_temp.At("in")], Directory.GetFileSystemEntries(_temp.Folder));
    }

    private static async Task<JobResults> Run(LocalScoringService service, ScoringJobSpec spec)
        => await service.ResultsAsync(await service.SubmitAsync(spec, CancellationToken.None), CancellationToken.None);
}
