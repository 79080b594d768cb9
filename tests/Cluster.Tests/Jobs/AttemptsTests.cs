using Microsoft.Extensions.Time.Testing;
using MuSc.Grains.Jobs;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>How many failures are enough.</summary>
public sealed class AttemptsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ThirdFailureInARow_IsEnough()
    {
        Attempts<int> attempts = new(_time);
        Assert.False(attempts.Fail(1));
        Assert.False(attempts.Fail(1));
        Assert.False(attempts.Fail(2));
        Assert.True(attempts.Fail(1));
    }

    [Fact]
    public void FailuresFarApartOrWithSuccessBetween_AreNot()
    {
        Attempts<int> attempts = new(_time);
        foreach (int failure in Enumerable.Range(0, 2 * Attempts<int>.Most))
        {
            Assert.False(attempts.Fail(1), $"failure {failure}, 10 minutes after the one before");
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        foreach (int failure in Enumerable.Range(0, 2 * Attempts<int>.Most))
        {
            Assert.False(attempts.Fail(2), $"failure {failure}, after a success");
            attempts.Done(2);
        }
    }
}
