using MuSc.Grains;

namespace MuSc.Cluster.Tests.Grains;

public sealed class TransientTests
{
    [Fact]
    public void BrokenConnectionAndEarlierVersion_AreTransientAndMissingFileIsNot()
    {
        Assert.True(Transient.Is(new IOException()));
        Assert.True(Transient.Is(new TimeoutException()));
        Assert.True(Transient.Is(new OrleansException()));
        Assert.True(Transient.Is(new TypeLoadException()));
        Assert.False(Transient.Is(new FileNotFoundException()));
        Assert.False(Transient.Is(new ArgumentException()));
    }
}
