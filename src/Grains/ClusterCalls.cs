namespace MuSc.Grains;

/// <summary>How a silo repeats its calls to others, one policy for each kind.</summary>
public sealed class ClusterCalls(TimeProvider time)
{
    /// <summary>A coordinator's call to a silo with a certain role: one may be restarting, or be started by hand.</summary>
    public RetryPolicy Silo { get; } = new("silo", TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(500), time);

    /// <summary>A worker's report of tiles that are done; later on their owners report them to the coordinator that asks.</summary>
    public RetryPolicy Report { get; } = new("report", TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(200), time);

    /// <summary>A worker's delivery to an owner, which may be on its way to another silo.</summary>
    public RetryPolicy Delivery { get; } = new("delivery", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(300), time);

    /// <summary>A job as a whole, and what it stores: a database may be away for a while.</summary>
    public RetryPolicy Job { get; } = new("job", TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1), time);

    /// <summary>Calls a grain that needs a role, until it answers.</summary>
    /// <exception cref="JobException">It did not answer in time.</exception>
    public async Task<T> ToRoleAsync<T>(string role, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await Silo.RunAsync(call, cancellationToken);
        }
        catch (Exception error) when (Transient.Is(error))
        {
            throw new JobException(
                JobErrorKind.Resource,
                $"No silo with the role '{role}' answered for {Silo.Patience.TotalSeconds:F0} s; start one. The last failure: {error.Message}",
                error);
        }
    }
}
