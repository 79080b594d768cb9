using MuSc.Contracts;

namespace MuSc.Grains.Jobs;

/// <summary>Calls to grains of a cluster that may be changing: tried again for a while, then told as an error of the job.</summary>
internal static class ClusterCalls
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Makes a call until it succeeds.</summary>
    /// <param name="call">The call; it may run more than once.</param>
    /// <param name="role">The role of the silo that it needs.</param>
    /// <param name="patience">How long to try.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">It did not succeed in time.</exception>
    public static async Task<T> UntilAsync<T>(
        Func<Task<T>> call, string role, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        DateTimeOffset begun = time.GetUtcNow();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await call();
            }
            catch (Exception error) when (Transient.Is(error))
            {
                if (time.GetUtcNow() - begun > patience)
                {
                    throw new JobException(
                        JobErrorKind.Resource,
                        $"No silo with the role '{role}' answered for {patience.TotalSeconds:F0} s; start one. The last failure: {error.Message}",
                        error);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
