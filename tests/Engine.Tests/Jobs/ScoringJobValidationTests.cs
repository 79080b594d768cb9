using MuSc.Contracts;

namespace MuSc.Engine.Tests.Jobs;

public sealed class ScoringJobValidationTests
{
    private static readonly ScoringJobSpec Good = new()
    {
        Images = [new("1.png", "/x/1.png"), new("2.png", "/x/2.png")],
        Output = new() { Folder = "out" },
    };

    public static TheoryData<ScoringJobSpec, string> Wrong => new()
    {
        { Good with { Images = [] }, "nothing to score" },
        { Good with { TokensFile = "t.npy" }, "not both" },
        { Good with { ClassTokensFile = "c.npy" }, "goes with" },
        { Good with { Images = [Good.Images[0]] }, "nothing to be compared with" },
        { Good with { Images = [Good.Images[0], new("../2.png", "/2.png")] }, "without '..'" },
        { Good with { Images = [Good.Images[0], new("/2.png", "/2.png")] }, "relative path" },
        { Good with { Images = [Good.Images[0], Good.Images[0]] }, "Two images are called '1.png'" },
        { Good with { Mode = ScoringMode.References }, "none are given" },
        { Good with { Size = 0 }, "out of range" },
        { Good with { Stages = [] }, "Stages" },
        { Good with { Stages = [1, 1] }, "Stages" },
        { Good with { Degrees = [2] }, "odd" },
        { Good with { Degrees = [] }, "odd" },
        { Good with { Windows = [0] }, "Windows" },
        { Good with { Subsets = 0 }, "at least 1" },
        { Good with { Subsets = 2 }, "cannot be split" },
        { Good with { TokenReferences = 1 }, "go with a file of tokens" },
        { Good with { Images = [], TokensFile = "t.npy", TokenNames = ["a", "../b"] }, "'../b' cannot name" },
        { Good with { Images = [], TokensFile = "t.npy", TokenReferences = -1 }, "0 or more" },
        { Good with { Device = "tpu" }, "not known" },
        { Good with { Threads = 0 }, "threads" },
        { Good with { Batch = 0 }, "batch" },
        { Good with { BlockImages = 0 }, "block" },
        { Good with { MemoryBytes = 1 << 20 }, "too few" },
        { Good with { Output = new() { Folder = " " } }, "Name a folder" },
        { Good with { Output = new() { Folder = "/x", Force = true } }, "replace their own input: /x/1.png" },
    };

    [Fact]
    public void A_good_specification_passes()
    {
        ScoringJobValidation.Check(Good);
        ScoringJobValidation.Check(Good with { Images = [Good.Images[0]], References = [Good.Images[1]], Mode = ScoringMode.References });
        ScoringJobValidation.Check(Good with { Images = [], TokensFile = "t.npy", ClassTokensFile = "c.npy", Windows = [] });
    }

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void What_is_wrong_is_a_usage_error_that_says_so(ScoringJobSpec spec, string expected)
    {
        JobException error = Assert.Throws<JobException>(() => ScoringJobValidation.Check(spec));
        Assert.Equal(JobErrorKind.Usage, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        JobException error = Assert.Throws<JobException>(
            () => ScoringJobValidation.Check(Good with { Degrees = [2], Threads = 0, Windows = [-1] }));
        Assert.Equal(3, error.Message.Split(Environment.NewLine).Length);
    }
}
