using System.Runtime.ExceptionServices;

namespace MuSc.Features.Images;

/// <summary>
/// Does something for each of some images on the calling thread and others of its own, which have its priority: the thread pool, on which
/// a silo's grains run, is left alone.
/// </summary>
public static class EachImage
{
    /// <summary>Calls <paramref name="work"/> with the indices of all images; the first error stops and is thrown as it is.</summary>
    /// <param name="images">How many.</param>
    /// <param name="threads">Threads at most.</param>
    /// <param name="buffer">Makes what one thread works with.</param>
    /// <param name="work">The work on one image.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public static void Do<T>(int images, int threads, Func<T> buffer, Action<int, T> work, CancellationToken cancellationToken)
    {
        int next = -1;
        ExceptionDispatchInfo? failure = null;
        Thread[] others = [.. Enumerable.Range(1, Math.Max(0, Math.Min(threads, images) - 1)).Select(_ => new Thread(Work) { IsBackground = true, Name = "images" })];
        Array.ForEach(others, thread => thread.Start());
        Work();
        Array.ForEach(others, thread => thread.Join());
        failure?.Throw();
        cancellationToken.ThrowIfCancellationRequested();

        void Work()
        {
            try
            {
                T own = buffer();
                for (int image; Volatile.Read(ref failure) is null && !cancellationToken.IsCancellationRequested && (image = Interlocked.Increment(ref next)) < images;)
                {
                    work(image, own);
                }
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
            }
        }
    }

    /// <summary>The same for work that needs no buffer.</summary>
    public static void Do(int images, int threads, Action<int> work, CancellationToken cancellationToken)
        => Do(images, threads, () => false, (image, _) => work(image), cancellationToken);
}
