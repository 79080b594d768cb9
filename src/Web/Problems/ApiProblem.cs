namespace MuSc.Web.Problems;

/// <summary>A request that is refused, as RFC 9457 says it.</summary>
/// <param name="status">The status code.</param>
/// <param name="code">For programs; all of them are in docs/api.md.</param>
/// <param name="detail">For people: what is wrong, and what to do.</param>
internal sealed class ApiProblem(int status, string code, string detail) : Exception(detail)
{
    public int Status => status;

    public string Code => code;

    /// <summary>The member, parameter or header at fault.</summary>
    public string? Param { get; init; }

    /// <summary>Seconds after which to try again.</summary>
    public int? RetryAfter { get; init; }

    public static ApiProblem Invalid(string param, string detail) => new(StatusCodes.Status400BadRequest, "invalid", detail) { Param = param };

    public static ApiProblem Unauthenticated(string detail) => new(StatusCodes.Status401Unauthorized, "unauthenticated", detail);

    public static ApiProblem Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "forbidden", detail);

    public static ApiProblem NotFound(string detail) => new(StatusCodes.Status404NotFound, "not_found", detail);

    public static ApiProblem TooLarge(string setting, string detail) => new(StatusCodes.Status413PayloadTooLarge, "too_large", detail) { Param = setting };

    public static ApiProblem TooMany(string setting, string detail) =>
        new(StatusCodes.Status429TooManyRequests, "too_many", detail) { Param = setting, RetryAfter = 5 };

    /// <summary>What a caller is told of an exception; null where nobody expected it.</summary>
    public static ApiProblem? Of(Exception error) => error switch
    {
        ApiProblem known => known,
        JobException job => Of(job),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge("body", "The body has more bytes than this call takes."),
        BadHttpRequestException bad => new(bad.StatusCode, "bad_request", bad.Message),
        TimeoutException or IOException => new(StatusCodes.Status503ServiceUnavailable, "unavailable", $"The cluster did not answer: {error.Message}") { RetryAfter = 5 },
        _ => null,
    };

    private static ApiProblem Of(JobException job) => job.Kind switch
    {
        JobErrorKind.NotFound => NotFound(job.Message),
        JobErrorKind.Conflict => new(StatusCodes.Status409Conflict, "conflict", job.Message),
        JobErrorKind.Resource => new(StatusCodes.Status413PayloadTooLarge, "too_large", job.Message),
        JobErrorKind.Input => new(StatusCodes.Status400BadRequest, "unusable_input", job.Message),
        _ => new(StatusCodes.Status400BadRequest, "invalid", job.Message),
    };

    /// <summary>What is said of an answer that has a status and no words.</summary>
    public static ApiProblem OfStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => NotFound("There is nothing at this address; docs/api.md lists what there is."),
        StatusCodes.Status405MethodNotAllowed => new(status, "method_not_allowed", "This address does not know that method."),
        StatusCodes.Status415UnsupportedMediaType => new(status, "unsupported_media_type", "The body is of another kind than this call takes.") { Param = "Content-Type" },
        _ => new(status, "bad_request", "The request cannot be answered."),
    };

    /// <summary>Answers with it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        if (Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (context.RequestServices.GetService<IProblemPage>()?.Of(context, Status, Message) is { } page)
        {
            return page.ExecuteAsync(context);
        }

        Dictionary<string, object?> more = new() { ["code"] = Code };
        if (Param is not null)
        {
            more["param"] = Param;
        }

        return Results.Problem(Message, statusCode: Status, extensions: more).ExecuteAsync(context);
    }
}
