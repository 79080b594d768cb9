using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using MessagePack;
using Microsoft.Net.Http.Headers;
using MuSc.Contracts.Http;
using MuSc.Engine.Results;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary><c>GET /v1/jobs/{job}/results</c>: the lines of a finished job, as a page of JSON, or all of them as a stream in another form.</summary>
internal static class ResultEndpoint
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";
    private const string Lines = "application/x-ndjson";
    private const string Packed = "application/x-msgpack";
    private const int LinesAtOnce = 2_000;

    private static readonly string[] Forms = [Json, Csv, Lines, Packed];

    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/jobs/{job}/results", GetAsync)
        .WithTags("Results").WithName("getResults").WithSummary("The scores of a finished job")
        .Produces<ResultPage>(200, Json, Csv, Lines, Packed).Problems(400, 404, 406, 409);

    private static async Task GetAsync(string job, int? limit, string? after, HttpContext context, ClaimsPrincipal user, IScoringServer server)
    {
        CancellationToken gone = context.RequestAborted;
        string form = Form(context.Request);
        JobStatus status = await server.CompletedJobAsync(user, job, gone);
        int first = Paging.Count(after);
        if (form == Json)
        {
            int count = Paging.Limit(limit);
            ResultLines page = await server.LinesAsync(job, first, count, gone);
            await context.Response.WriteAsJsonAsync(ResultPage.Of(page, first), ApiJson.Options, gone);
            return;
        }

        if (limit < 1)
        {
            throw ApiProblem.Invalid("limit", $"A limit of {limit} is out of range: at least 1.");
        }

        int wanted = Math.Min(limit ?? int.MaxValue, Math.Max(status.Counts.Images - first, 0));
        context.Response.ContentType = form == Packed ? form : $"{form}; charset=utf-8";
        await WriteAsync(form, AllAsync(server, job, first, wanted, gone), wanted, context.Response.BodyWriter, gone);
    }

    /// <summary>A job that has results.</summary>
    /// <exception cref="ApiProblem">It has none, or is not there for this caller.</exception>
    public static async Task<JobStatus> CompletedJobAsync(this IScoringServer server, ClaimsPrincipal user, string job, CancellationToken cancellationToken)
    {
        JobStatus status = await server.SeenJobAsync(user, job, cancellationToken);
        return status.State == JobState.Done
            ? status
            : throw new ApiProblem(
                StatusCodes.Status409Conflict, status.HasEnded ? "no_results" : "not_ended",
                $"The job {job} is {JobResource.WordOf(status.State, status.Progress?.Phase).ToString().ToLowerInvariant()}; only a completed one has results.");
    }

    /// <summary>A finished job's lines in the order of its images.</summary>
    public static async IAsyncEnumerable<ImageResult> AllAsync(
        IScoringServer server, string job, int first, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int done = 0; done < count;)
        {
            ResultLines page = await server.LinesAsync(job, first + done, Math.Min(LinesAtOnce, count - done), cancellationToken);
            foreach (ImageResult line in page.Lines)
            {
                yield return line;
            }

            done = page.Lines.Count == 0 ? count : done + page.Lines.Count;
        }
    }

    private static async Task WriteAsync(
        string form, IAsyncEnumerable<ImageResult> lines, int count, System.IO.Pipelines.PipeWriter output, CancellationToken cancellationToken)
    {
        if (form == Csv)
        {
            output.Write(Encoding.UTF8.GetBytes($"{ScoresCsv.Header}\r\n"));
        }
        else if (form == Packed)
        {
            Pack(output, (ref MessagePackWriter packed) => packed.WriteArrayHeader(count));
        }

        int unsent = 0;
        await foreach (ImageResult line in lines.WithCancellation(cancellationToken))
        {
            switch (form)
            {
                case Csv:
                    output.Write(Encoding.UTF8.GetBytes($"{ScoresCsv.Line(line)}\r\n"));
                    break;
                case Lines:
                    output.Write(JsonSerializer.SerializeToUtf8Bytes(ResultResource.Of(line), ApiJson.Options));
                    output.Write("\n"u8);
                    break;
                default:
                    Pack(output, (ref MessagePackWriter packed) => Write(ref packed, ResultResource.Of(line)));
                    break;
            }

            if (++unsent == LinesAtOnce)
            {
                unsent = 0;
                await output.FlushAsync(cancellationToken);
            }
        }

        await output.FlushAsync(cancellationToken);
    }

    private delegate void Packing(ref MessagePackWriter packed);

    private static void Pack(IBufferWriter<byte> output, Packing write)
    {
        MessagePackWriter packed = new(output);
        write(ref packed);
        packed.Flush();
    }

    // A map with the members that JSON has.
    private static void Write(ref MessagePackWriter packed, ResultResource line)
    {
        packed.WriteMapHeader(10);
        packed.Write("image");
        packed.Write(line.Image);
        packed.Write("score");
        WriteNumber(ref packed, line.Score);
        packed.Write("score_before_rscin");
        WriteNumber(ref packed, line.ScoreBeforeRscin);
        packed.Write("rank");
        WriteCount(ref packed, line.Rank);
        packed.Write("width");
        WriteCount(ref packed, line.Width);
        packed.Write("height");
        WriteCount(ref packed, line.Height);
        packed.Write("status");
        packed.Write(line.Status);
        packed.Write("reason");
        packed.Write(line.Reason);
        packed.Write("anomalous");
        if (line.Anomalous is { } anomalous)
        {
            packed.Write(anomalous);
        }
        else
        {
            packed.WriteNil();
        }

        packed.Write("margin");
        WriteNumber(ref packed, line.Margin);
    }

    private static void WriteNumber(ref MessagePackWriter packed, double? number)
    {
        if (number is { } value)
        {
            packed.Write(value);
        }
        else
        {
            packed.WriteNil();
        }
    }

    private static void WriteCount(ref MessagePackWriter packed, int? count)
    {
        if (count is { } value)
        {
            packed.Write(value);
        }
        else
        {
            packed.WriteNil();
        }
    }

    // The first of our forms in the order of the caller's preference.
    private static string Form(HttpRequest request)
    {
        IList<MediaTypeHeaderValue> wanted = request.GetTypedHeaders().Accept;
        if (wanted.Count == 0)
        {
            return Json;
        }

        return wanted.OrderByDescending(type => type.Quality ?? 1)
            .Select(type => Forms.FirstOrDefault(form => new MediaTypeHeaderValue(form).IsSubsetOf(type)))
            .FirstOrDefault(form => form is not null)
            ?? throw new ApiProblem(StatusCodes.Status406NotAcceptable, "not_acceptable", $"Results come as {string.Join(", ", Forms)}.") { Param = "Accept" };
    }
}
