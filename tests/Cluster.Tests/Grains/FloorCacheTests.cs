using MuSc.Grains.Workers;

namespace MuSc.Cluster.Tests.Grains;

public sealed class FloorCacheTests
{
    [Fact]
    public void FloorsOfMostScorers_AreKeptUntilLaterPasses()
    {
        FloorCache cache = new();
        cache.Add("job", 1, 0, 5, new(9, []));
        cache.Add("job", 1, 0, 5, new(7, []));
        cache.Add("other", 1, 0, 5, new(3, []));
        Assert.Equal(9, cache.Get("job", 1, 0, 5).Scorers);
        Assert.Equal(0, cache.Get("job", 2, 0, 5).Scorers);

        cache.Add("job", 1, 3, 5, new(2, []));
        Assert.Equal(9, cache.Get("job", 1, 0, 5).Scorers);
        cache.Add("job", 1, 4, 5, new(2, []));
        Assert.Equal(0, cache.Get("job", 1, 0, 5).Scorers);
        Assert.Equal(3, cache.Get("other", 1, 0, 5).Scorers);

        cache.Forget("other");
        Assert.Equal(0, cache.Get("other", 1, 0, 5).Scorers);
    }
}
