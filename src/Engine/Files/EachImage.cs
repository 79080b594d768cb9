using System.Runtime.ExceptionServices;

namespace MuSc.Engine.Files;

/// <summary>Does something for each of some images on several threads.</summary>
public static class EachImage
{
    /// <summary>Calls <paramref name="work"/> for all items; the first error stops and is thrown as it is.</summary>
    /// <param name="items">The images.</param>
    /// <param name="threads">Threads at most.</param>
    /// <param name="buffer">Makes what one thread works with.</param>
    /// <param name="work">The work on one image.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public static void Do<TItem, TBuffer>(
        IReadOnlyList<TItem> items, int threads, Func<TBuffer> buffer, Action<TItem, TBuffer> work, CancellationToken cancellationToken)
    {
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
            Parallel.For(0, items.Count, options, buffer, (at, _, own) =>
            {
                work(items[at], own);
                return own;
            }, _ => { });
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }
}
