namespace MuSc.Grains.Compute;

/// <summary>Kinds of a silo's work, each with its own threads: none waits for another.</summary>
public enum Lane
{
    /// <summary>What somebody in the cluster waits for: deliveries, snapshots, what a job opens first.</summary>
    Messages,

    /// <summary>Looking at images before a job begins, and tidying up after it.</summary>
    Checks,

    /// <summary>Networks, kernels and results.</summary>
    Work,
}

/// <summary>A silo's threads for heavy work, so that neither grains' turns nor the thread pool wait for it.</summary>
/// <param name="threads">Threads that each lane gives to one job, at least 1; threads that nobody needs rest.</param>
/// <param name="time">The clock.</param>
/// <param name="waited">Called with how long each piece waited; from any thread.</param>
public sealed class ComputePool(int threads, TimeProvider time, Action<Lane, TimeSpan>? waited = null) : IDisposable
{
    private readonly ComputeLane[] _lanes = [.. Enum.GetValues<Lane>().Select(lane => new ComputeLane(threads, lane == Lane.Work, time, wait => waited?.Invoke(lane, wait)))];

    /// <summary>Pieces that wait for a thread of a lane.</summary>
    public int Queued(Lane lane) => _lanes[(int)lane].Queued;

    /// <summary>Does a piece of work on one of the threads of a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="job">The job that it belongs to; jobs share a lane's time fairly.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Leaves it undone unless it has begun.</param>
    public Task<T> RunAsync<T>(Lane lane, string job, Func<T> work, CancellationToken cancellationToken) =>
        _lanes[(int)lane].RunAsync(job, work, cancellationToken);

    public void Dispose() => Array.ForEach(_lanes, lane => lane.Dispose());
}
