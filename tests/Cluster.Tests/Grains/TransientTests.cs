using MuSc.Grains;

namespace MuSc.Cluster.Tests.Grains;

public sealed class TransientTests
{
    [Fact]
    public void A_broken_connection_is_tried_again_and_a_file_that_is_not_there_is_not()
    {
        Assert.True(Transient.Is(new IOException()));
        Assert.True(Transient.Is(new TimeoutException()));
        Assert.True(Transient.Is(new OrleansException()));
        Assert.False(Transient.Is(new FileNotFoundException()));
        Assert.False(Transient.Is(new ArgumentException()));
    }
}
