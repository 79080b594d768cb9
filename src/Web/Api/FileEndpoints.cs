using System.IO.Compression;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using MuSc.Contracts.Http;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary>A finished job's files: views of its images, the files of its results, and all of these as one archive.</summary>
internal static class FileEndpoints
{
    private const string Forever = "private, max-age=31536000, immutable";
    private static readonly FileExtensionContentTypeProvider Types = new();

    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder job = api.MapGroup("/jobs/{job}").WithTags("Results");
        job.MapGet("/images/{**path}", ViewAsync).WithName("getImageView").WithSummary("A view of an image: map, overlay, mask, image, thumbnail or heat_thumbnail")
            .Produces<Stream>(200, "application/octet-stream").Produces(206).Produces(304).Problems(400, 404, 409);
        job.MapGet("/files", ListAsync).WithName("listFiles").WithSummary("The files of a finished job's results").Problems(400, 404, 409);
        job.MapGet("/files/{**path}", FileAsync).WithName("getFile").WithSummary("A file of a finished job's results")
            .Produces<Stream>(200, "application/octet-stream").Produces(206).Produces(304).Problems(400, 404, 409);
        job.MapGet("/archive", ArchiveAsync).WithName("getArchive").WithSummary("All files of a finished job's results as a zip")
            .Produces<Stream>(200, ArchiveImport.Zip).Problems(400, 404, 409);
    }

    private static async Task<IResult> ViewAsync(
        string job, string path, double? threshold, HttpContext context, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        int slash = path.LastIndexOf('/');
        string word = path[(slash + 1)..];
        ImageView view = Enum.GetValues<ImageView>().Where(view => ApiJson.Word(view) == word).Cast<ImageView?>().FirstOrDefault()
            ?? throw ApiProblem.Invalid("view", $"There is no view '{word}'; give one of {string.Join(", ", Enum.GetValues<ImageView>().Select(ApiJson.Word))}.");
        string name = slash > 0 && PathRules.IsImageName(path[..slash]) ? path[..slash] : throw ApiProblem.Invalid("name", "The path names no image.");
        if (threshold is { } least && !double.IsFinite(least))
        {
            throw ApiProblem.Invalid("threshold", "A threshold is a number.");
        }

        JobStatus status = await DoneAsync(server, user, job, cancellationToken);
        Stream bytes = await server.OpenImageAsync(job, name, view, threshold, cancellationToken);
        string type = view switch
        {
            ImageView.Thumbnail or ImageView.HeatThumbnail => "image/jpeg",
            ImageView.Overlay or ImageView.Mask => "image/png",
            ImageView.Map => await IsTiffAsync(bytes, cancellationToken) ? "image/tiff" : "application/octet-stream",
            _ => TypeOf(name),
        };
        return Answer(context, status, bytes, type, $"{word}/{threshold}/{name}");
    }

    private static async Task<IReadOnlyList<FileResource>> ListAsync(string job, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        await DoneAsync(server, user, job, cancellationToken);
        return [.. (await server.FilesAsync(job, cancellationToken)).Select(file => new FileResource(file.Name, file.Bytes))];
    }

    private static async Task<IResult> FileAsync(string job, string path, HttpContext context, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        if (!PathRules.StaysBelow(path))
        {
            throw ApiProblem.Invalid("path", $"'{path}' is no name of a file: give a relative path without '..' and control characters.");
        }

        JobStatus status = await DoneAsync(server, user, job, cancellationToken);
        Stream bytes = await server.OpenFileAsync(job, path, cancellationToken);
        return Answer(context, status, bytes, TypeOf(path), path);
    }

    private static async Task ArchiveAsync(string job, HttpContext context, ClaimsPrincipal user, IScoringServer server)
    {
        CancellationToken gone = context.RequestAborted;
        await DoneAsync(server, user, job, gone);
        IReadOnlyList<StoredFile> files = await server.FilesAsync(job, gone);
        context.Response.ContentType = ArchiveImport.Zip;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{job}.zip\"";
        // The end of an entry is written synchronously, whatever is asked for (dotnet/runtime, DirectToArchiveWriterStream).
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        await using ZipArchive zip = await ZipArchive.CreateAsync(context.Response.Body, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, gone);
        foreach (StoredFile file in files)
        {
            await using Stream bytes = await server.OpenFileAsync(job, file.Name, gone);
            await using Stream entry = await zip.CreateEntry(file.Name, CompressionLevel.Fastest).OpenAsync(gone);
            await bytes.CopyToAsync(entry, gone);
        }
    }

    private static async Task<JobStatus> DoneAsync(IScoringServer server, ClaimsPrincipal user, string job, CancellationToken cancellationToken)
    {
        JobStatus status = await server.SeenJobAsync(user, job, cancellationToken);
        return status.State == JobState.Done
            ? status
            : throw new ApiProblem(StatusCodes.Status409Conflict, status.HasEnded ? "no_results" : "not_ended", $"The job {job} has no results: only a completed one has.");
    }

    // Results never change: what a name stands for is the same as long as the job is there.
    private static IResult Answer(HttpContext context, JobStatus status, Stream bytes, string type, string what)
    {
        context.Response.Headers.CacheControl = Forever;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        // What a job wrote is shown as what it is, and runs nothing here.
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'";
        string tag = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{status.Id}/{status.Submitted.UtcTicks}/{what}")))[..32];
        return Results.Stream(bytes, type, enableRangeProcessing: true, lastModified: status.Ended, entityTag: new EntityTagHeaderValue($"\"{tag}\""));
    }

    private static async Task<bool> IsTiffAsync(Stream bytes, CancellationToken cancellationToken)
    {
        byte[] start = new byte[2];
        await bytes.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        bytes.Position = 0;
        return start is [(byte)'I', (byte)'I'] or [(byte)'M', (byte)'M'];
    }

    private static string TypeOf(string name) => Types.TryGetContentType(name, out string? type) ? type : "application/octet-stream";
}
