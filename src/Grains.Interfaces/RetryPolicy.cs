using Orleans.Serialization;
using Orleans.Storage;
using Polly;
using Polly.Retry;

namespace MuSc.Grains;

/// <summary>
/// How one kind of call into a cluster that may be changing is repeated: after pauses that double up to eight times the first,
/// with jitter, until it has failed for as long as it may. Failures that are not <see cref="Transient"/> are not repeated.
/// </summary>
/// <param name="name">The kind of call.</param>
/// <param name="patience">How long after its first failure a call is still repeated; a call that was at work for so long before it failed is no longer
/// failing, unless it failed because nothing came.</param>
/// <param name="pause">The first pause.</param>
/// <param name="time">The clock.</param>
public sealed class RetryPolicy(string name, TimeSpan patience, TimeSpan pause, TimeProvider time)
{
    private static readonly ResiliencePropertyKey<long> Began = new("musc.began");
    private static readonly ResiliencePropertyKey<(long First, int Restarts)> Failures = new("musc.failures");

    // What fails each time after a while of work fails in the end.
    private const int MostRestarts = 10;

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { Name = name, TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            Name = name,
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is { } error && Transient.Is(error) && Failing(args.Context, error, patience, time) < patience),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = pause,
            MaxDelay = 8 * pause,
        })
        .Build();

    /// <summary>How long after its first failure a call is still repeated.</summary>
    public TimeSpan Patience => patience;

    /// <summary>Makes a call until it succeeds; every repetition runs where the first one did, on a grain's turns among others.</summary>
    /// <param name="call">The call; it may run more than once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellationToken);
        try
        {
            return await _pipeline.ExecuteAsync(
                async attempt =>
                {
                    attempt.Properties.Set(Began, time.GetTimestamp());
                    return await call();
                },
                context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Makes a call until it succeeds.</summary>
    public Task RunAsync(Func<Task> call, CancellationToken cancellationToken) => RunAsync(
        async () =>
        {
            await call();
            return true;
        },
        cancellationToken);

    // Pauses do not count as work: however short the patience, it ends.
    private static TimeSpan Failing(ResilienceContext context, Exception error, TimeSpan patience, TimeProvider time)
    {
        long now = time.GetTimestamp();
        (long first, int restarts) = context.Properties.GetValue(Failures, (now, 0));
        bool worked = error is not TimeoutException && time.GetElapsedTime(context.Properties.GetValue(Began, now), now) >= patience;
        (first, restarts) = worked && restarts < MostRestarts ? (now, restarts + 1) : (first, restarts);
        context.Properties.Set(Failures, (first, restarts));
        return time.GetElapsedTime(first, now);
    }
}

/// <summary>Failures of a cluster that is changing: the same call may well succeed in a moment.</summary>
public static class Transient
{
    /// <summary>Whether the call should be tried again.</summary>
    public static bool Is(Exception error) => error
        is TimeoutException
        or SiloUnavailableException
        or OrleansMessageRejectionException
        or GatewayTooBusyException
        or InconsistentStateException
        or System.Data.Common.DbException
        or System.Net.Sockets.SocketException
        or (System.IO.IOException and not System.IO.FileNotFoundException)
        // A database's error that a grain of another silo met: its type does not travel.
        or CodecNotFoundException
        // A silo of an earlier version does not know an interface or a message yet; it is being replaced.
        or TypeLoadException
        || (error is OrleansException && error.GetType() == typeof(OrleansException));
}
