using MuSc.Grains.Workers;

namespace MuSc.Cluster.Tests.Grains;

public sealed class WakeUpTests
{
    [Fact]
    public void All_EndsTheWaitsThatBeganBeforeItAlone()
    {
        WakeUp wake = new();
        Task first = wake.Next;
        Task same = wake.Next;
        wake.All();
        Assert.True(first.IsCompleted && same.IsCompleted);
        Assert.False(wake.Next.IsCompleted);
    }
}
