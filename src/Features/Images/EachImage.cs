namespace MuSc.Features.Images;

/// <summary>Does something for each of some images on several threads (<see cref="WorkerThreads"/>).</summary>
public static class EachImage
{
    /// <summary>Calls <paramref name="work"/> with the indices of all images; the first error stops and is thrown as it is.</summary>
    /// <param name="images">How many.</param>
    /// <param name="threads">Threads at most, at least 1.</param>
    /// <param name="buffer">Makes what one thread works with.</param>
    /// <param name="work">The work on one image.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public static void Do<T>(int images, int threads, Func<T> buffer, Action<int, T> work, CancellationToken cancellationToken)
    {
        using WorkerThreads workers = new(Math.Clamp(images, 1, threads));
        T[] own = [.. Enumerable.Range(0, workers.Count).Select(_ => buffer())];
        workers.Run(images, (worker, image) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            work(image, own[worker]);
        });
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The same for work that needs no buffer.</summary>
    public static void Do(int images, int threads, Action<int> work, CancellationToken cancellationToken)
        => Do(images, threads, () => false, (image, _) => work(image), cancellationToken);
}
