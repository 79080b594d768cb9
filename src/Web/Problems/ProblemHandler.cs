using Microsoft.AspNetCore.Diagnostics;

namespace MuSc.Web.Problems;

/// <summary>Answers every exception with a problem; one that nobody expected is logged, and its text stays here.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // Nobody reads the answer any more.
            return true;
        }

        ApiProblem? problem = ApiProblem.Of(exception);
        if (problem is null)
        {
            Log.Unexpected(logger, exception, context.Request.Method, context.Request.Path);
            problem = new(StatusCodes.Status500InternalServerError, "internal", $"Something went wrong that is no fault of the request; the server's log has it under {context.TraceIdentifier}.");
        }

        await problem.WriteAsync(context);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 300, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Unexpected(ILogger logger, Exception error, string method, string path);
    }
}
