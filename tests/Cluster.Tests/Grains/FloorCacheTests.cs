using MuSc.Grains.Workers;

namespace MuSc.Cluster.Tests.Grains;

public sealed class FloorCacheTests
{
    [Fact]
    public void FloorsOfMostScorers_AreKeptUntilLaterMaps()
    {
        FloorCache cache = new();
        cache.Add("job", 1, 0, 5, new(9, []));
        cache.Add("job", 1, 0, 5, new(7, []));
        cache.Add("other", 1, 0, 5, new(3, []));
        Assert.Equal(9, cache.Get("job", 1, 0, 5)!.Scorers);
        Assert.Null(cache.Get("job", 2, 0, 5));

        cache.Add("job", 1, 3, 5, new(2, []));
        Assert.NotNull(cache.Get("job", 1, 0, 5));
        cache.Add("job", 1, 4, 5, new(2, []));
        Assert.Null(cache.Get("job", 1, 0, 5));
        Assert.NotNull(cache.Get("other", 1, 0, 5));

        cache.Forget("other");
        Assert.Null(cache.Get("other", 1, 0, 5));
    }
}
