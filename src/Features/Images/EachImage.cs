using System.Runtime.ExceptionServices;

namespace MuSc.Features.Images;

/// <summary>Does something for each of some images on several threads.</summary>
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
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
            Parallel.For(0, images, options, buffer, (image, _, own) =>
            {
                work(image, own);
                return own;
            }, _ => { });
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }

    /// <summary>The same for work that needs no buffer.</summary>
    public static void Do(int images, int threads, Action<int> work, CancellationToken cancellationToken)
        => Do(images, threads, () => false, (image, _) => work(image), cancellationToken);
}
