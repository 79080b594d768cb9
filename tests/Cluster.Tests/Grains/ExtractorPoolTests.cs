using MuSc.Contracts;
using MuSc.Features.Backbones;
using MuSc.Grains;
using MuSc.Grains.Features;

namespace MuSc.Cluster.Tests.Grains;

public sealed class ExtractorPoolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-pool").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void NetworkThatCouldNotBeLoaded_IsTriedAgain()
    {
        string network = Path.Combine(_folder, "network.onnx");
        ScoringJobSpec spec = new() { Backbone = network, Output = new OutputOptions { Folder = _folder } };
        using ExtractorPool pool = new(new MuScOptions());
        using (ExtractorPool.Loan early = pool.Borrow(spec))
        {
            JobException missing = Assert.Throws<JobException>(() => early.Extractor);
            Assert.Contains(network, missing.Message, StringComparison.Ordinal);
        }

        File.Copy(BackboneFolder.Locate(BackboneFolder.BuiltIn), network);
        using ExtractorPool.Loan loan = pool.Borrow(spec);
        IFeatureExtractor first = loan.Extractor;
        using ExtractorPool.Loan other = pool.Borrow(spec);
        Assert.Same(first, other.Extractor);
    }
}
