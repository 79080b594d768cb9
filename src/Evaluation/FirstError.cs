using System.Runtime.ExceptionServices;

namespace MuSc.Evaluation;

/// <summary>Lets the first error of some parallel work out bare, since one cause is enough to tell.</summary>
internal static class FirstError
{
    public static void Of(Action work)
    {
        try
        {
            work();
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }
}
