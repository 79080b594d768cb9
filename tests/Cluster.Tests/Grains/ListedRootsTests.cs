using MuSc.Contracts;
using MuSc.Grains;
using MuSc.Grains.Storage;
using MuSc.Silo.Hosting;

namespace MuSc.Cluster.Tests.Grains;

/// <summary>Which files of the silos' machines a job may name.</summary>
public sealed class ListedRootsTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly MuScOptions _options;

    public ListedRootsTests()
    {
        _options = new() { ResultsRoot = _temp.At("root"), InputRoots = { _temp.At("photos") } };
        _temp.Touch("photos", "a.png");
        _temp.Touch("secret.png");
        File.CreateSymbolicLink(_temp.At("photos", "link.png"), _temp.At("secret.png"));
        Directory.CreateSymbolicLink(_temp.At("photos", "folder"), _temp.Folder);
        Directory.CreateSymbolicLink(_temp.At("other name"), _temp.At("photos"));
    }

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("photos/a.png")]
    [InlineData("photos/absent.png")]
    [InlineData("other name/a.png")]
    [InlineData("root/sets/u/images/abc")]
    public void InputBelowARoot_IsAdmitted(string path) => Assert.All(Specs(_temp.At(path)), Check);

    [Theory]
    [InlineData("secret.png")]
    [InlineData("photos/../secret.png")]
    [InlineData("photos/link.png")]
    [InlineData("photos/folder/secret.png")]
    [InlineData("root/jobs/j/results/a.png")]
    [InlineData("root/sets/u/parts/a.png")]
    [InlineData("root/sets/u/images")]
    [InlineData("root/sets/u/images/../../../jobs/a.png")]
    public void InputElsewhere_IsRefused(string path) => Assert.All(Specs(_temp.At(path)), spec =>
        Assert.Equal(JobErrorKind.Usage, Assert.Throws<JobException>(() => Check(spec)).Kind));

    [Fact]
    public void RelativePath_IsRefused() => Assert.All(Specs("photos/a.png"), spec => Assert.Throws<JobException>(() => Check(spec)));

    [Fact]
    public void WithoutRoots_NoInputIsAdmitted()
    {
        _options.InputRoots.Clear();
        Assert.Contains("MuSc:InputRoots", Assert.Throws<JobException>(() => Check(Specs(_temp.At("photos", "a.png"))[0])).Message, StringComparison.Ordinal);
        _options.InputRoots.Add(ListedRoots.Any);
        Assert.All(Specs(_temp.At("secret.png")), Check);
        Assert.Throws<JobException>(() => Check(Specs(_temp.At("root", "sets", "u", "parts", "a"))[0]));
    }

    [Theory]
    [InlineData("photos/net.onnx", true)]
    [InlineData("photos/a.png/../net.onnx", true)]
    [InlineData("secret.png", false)]
    [InlineData("photos/link.png", false)]
    [InlineData("photos/absent.onnx", false)]
    public void BackboneFile_LiesBelowARootOfItsOwn(string path, bool admitted)
    {
        _temp.Touch("photos", "net.onnx");
        ScoringJobSpec spec = Specs(_temp.At("photos", "a.png"))[0] with { Backbone = _temp.At(path) };
        Assert.Throws<JobException>(() => Check(spec));
        _options.BackboneRoots.Add(_temp.At("photos"));
        Assert.Equal(admitted, Record.Exception(() => Check(spec)) is null);
    }

    [Theory]
    [InlineData("127.0.0.1", "", null, "*")]
    [InlineData("127.0.0.1", "", "/photos", "/photos")]
    [InlineData("10.0.0.5", "", null, null)]
    [InlineData("127.0.0.1", "Host=db;Database=musc", null, null)]
    public async Task ServerOfThisMachineAlone_ReadsEveryFileUnlessFoldersAreListed(string address, string cluster, string? listed, string? expected)
    {
        await using SiloHost host = SiloHost.Build(
            [
                new("MuSc:ResultsRoot", _temp.At("data")), new("Silo:Address", address), new("Silo:ConnectionString", cluster),
                new("Silo:SiloPort", $"{Ports.Free()}"), new("Silo:GatewayPort", $"{Ports.Free()}"), new("Silo:Listen", $"{Ports.Free()}"),
                .. listed is null ? [] : new KeyValuePair<string, string?>[] { new("MuSc:InputRoots:0", listed) },
            ],
            verbose: false);
        Assert.Equal(expected is null ? [] : [expected], host.Options.InputRoots);
        Assert.NotEmpty(host.Options.Scratch);
    }

    private void Check(ScoringJobSpec spec) => ListedRoots.Check(spec, _options);

    // The path in every place of a job.
    private static ScoringJobSpec[] Specs(string path)
    {
        ScoringJobSpec nothing = new() { Output = new OutputOptions { Folder = "results" } };
        return
        [
            nothing with { Images = [new("a.png", path)] },
            nothing with { References = [new("a.png", path)] },
            nothing with { TokensFile = path },
            nothing with { ClassTokensFile = path },
        ];
    }
}
