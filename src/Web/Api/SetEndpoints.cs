using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MuSc.Contracts.Http;
using MuSc.Web.Access;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary><c>/v1/sets</c>: sets of images that are sent.</summary>
internal static class SetEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder sets = api.MapGroup("/sets").WithTags("Sets");
        sets.MapPost("/", CreateAsync).RequireAuthorization(Rights.Submit).WithName("createSet").WithSummary("Make an empty set of images").Problems(400, 403, 409, 413, 415);
        sets.MapGet("/", ListAsync).WithName("listSets").WithSummary("List sets, newest first").Problems(400);
        sets.MapGet("/{set}", GetAsync).WithName("getSet").WithSummary("Describe a set").Problems(400, 404);
        sets.MapDelete("/{set}", DeleteAsync).RequireAuthorization(Rights.Submit).WithName("deleteSet").WithSummary("Delete a set with its images").Problems(400, 403, 404, 409);
        sets.MapGet("/{set}/images", ImagesAsync).WithName("listSetImages").WithSummary("List a set's images by name").Problems(400, 404);
        sets.MapPut("/{set}/images/{**name}", PutAsync).RequireAuthorization(Rights.Submit)
            .WithName("putImage").WithSummary("Put an image into a set").Accepts<Stream>("*/*").Problems(400, 403, 404, 409, 413);
        sets.MapDelete("/{set}/images/{**name}", DeleteImageAsync).RequireAuthorization(Rights.Submit)
            .WithName("deleteImage").WithSummary("Take an image out of a set").Problems(400, 403, 404, 409);
        sets.MapPost("/{set}:import", ImportAsync).RequireAuthorization(Rights.Submit)
            .WithName("importArchive").WithSummary("Put the images of a zip or tar into a set")
            .Accepts<Stream>(ArchiveImport.Zip, ArchiveImport.Tar).Problems(400, 403, 404, 413, 415);
    }

    private static async Task<Results<Created<SetResource>, Ok<SetResource>>> CreateAsync(
        [Description(Ownership.IdSummary)] string? id, ApiBody<SetRequest> body, HttpRequest request, ClaimsPrincipal user, IImageSets sets,
        TimeProvider time, CancellationToken cancellationToken)
    {
        string set = Ownership.NewIdentifier(id, request, time, "set");
        bool isNew = await sets.CreateSetAsync(set, body.Value.ToSet(user.Owner()), cancellationToken);
        SetResource made = SetResource.Of(await sets.SetAsync(set, cancellationToken));
        return isNew ? TypedResults.Created($"/v1/sets/{set}", made) : TypedResults.Ok(made);
    }

    private static async Task<ListPage<SetResource>> ListAsync(
        int? limit, string? after, ClaimsPrincipal user, IImageSets sets, CancellationToken cancellationToken)
    {
        int count = Paging.Limit(limit);
        IReadOnlyList<ImageSet> found = await sets.ListSetsAsync(
            new() { Owner = Ownership.Listed(user), After = Paging.Place(after), Limit = count + 1 }, cancellationToken);
        return Paging.Of(found, count, SetResource.Of, set => ListCursor.Of(new ListPlace(set.Created, set.Id)));
    }

    private static async Task<SetResource> GetAsync(string set, ClaimsPrincipal user, IImageSets sets, CancellationToken cancellationToken) =>
        SetResource.Of(await sets.SeenSetAsync(user, set, cancellationToken));

    private static async Task<NoContent> DeleteAsync(string set, ClaimsPrincipal user, IImageSets sets, CancellationToken cancellationToken)
    {
        await sets.OwnSetAsync(user, set, cancellationToken);
        await sets.DeleteSetAsync(set, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<ListPage<SetImageResource>> ImagesAsync(
        string set, int? limit, string? after, ClaimsPrincipal user, IImageSets sets, CancellationToken cancellationToken)
    {
        int count = Paging.Limit(limit);
        await sets.SeenSetAsync(user, set, cancellationToken);
        IReadOnlyList<SetImage> found = await sets.SetImagesAsync(set, Paging.Name(after), count + 1, cancellationToken);
        return Paging.Of(found, count, SetImageResource.Of, image => ListCursor.Of(image.Name));
    }

    private static async Task<Results<Created<SetImageResource>, Ok<SetImageResource>>> PutAsync(
        string set, string name, bool? replace, [FromHeader(Name = "Content-Digest")] string? digest, HttpContext context, ClaimsPrincipal user,
        IImageSets sets, WebOptions options, CancellationToken cancellationToken)
    {
        string image = Ownership.ImageName(name);
        PutOptions expected = new() { Sha256 = Digest(digest), Replace = replace ?? false };
        Limit(context, options.ImageBytes, nameof(WebOptions.ImageBytes));
        await sets.OwnSetAsync(user, set, cancellationToken);
        AddedImage added = await sets.PutImageAsync(set, image, context.Request.Body, expected, cancellationToken);
        SetImageResource resource = SetImageResource.Of(added.Image);
        return added.IsNew ? TypedResults.Created((string?)null, resource) : TypedResults.Ok(resource);
    }

    private static async Task<NoContent> DeleteImageAsync(string set, string name, ClaimsPrincipal user, IImageSets sets, CancellationToken cancellationToken)
    {
        string image = Ownership.ImageName(name);
        await sets.OwnSetAsync(user, set, cancellationToken);
        await sets.DeleteImageAsync(set, image, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<ImportResource> ImportAsync(
        string set, HttpContext context, ClaimsPrincipal user, IImageSets sets, WebOptions options, CancellationToken cancellationToken)
    {
        Limit(context, options.ArchiveBytes, nameof(WebOptions.ArchiveBytes));
        await sets.OwnSetAsync(user, set, cancellationToken);
        return await new ArchiveImport(sets, set, options).RunAsync(context.Request.ContentType, context.Request.Body, cancellationToken);
    }

    private static string? Digest(string? header)
    {
        try
        {
            return header is null ? null : ContentDigest.Parse(header);
        }
        catch (FormatException error)
        {
            throw ApiProblem.Invalid("Content-Digest", error.Message);
        }
    }

    private static void Limit(HttpContext context, long bytes, string setting)
    {
        if (context.Request.ContentLength > bytes)
        {
            throw ApiProblem.TooLarge(setting, $"The body has {context.Request.ContentLength} bytes; at most {bytes} are taken ({WebOptions.Section}:{setting}).");
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = bytes;
    }
}
