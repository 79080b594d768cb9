using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using MuSc.Engine.Report;

namespace MuSc.Web.Pages;

/// <summary>
/// <c>GET /assets/{name}</c>: styles and scripts of the pages, built into the program. A browser keeps them, and asks each time whether
/// they are still the same: a newer server never meets scripts of an older one.
/// </summary>
internal static class AssetEndpoint
{
    private static readonly FileExtensionContentTypeProvider Types = new();
    private static readonly ConcurrentDictionary<string, Asset?> Known = new(StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/assets/{name:regex(^[a-z]+\\.(css|js|svg)$)}", Get).AllowAnonymous().ExcludeFromDescription();

    private static IResult Get(string name, HttpContext context)
    {
        if ((Known.TryGetValue(name, out Asset? known) ? known : Read(name)) is not { } asset)
        {
            return TypedResults.NotFound();
        }

        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(asset.Bytes, asset.Type, entityTag: asset.Tag);
    }

    // Names that stand for nothing are not kept: there are many.
    private static Asset? Read(string name)
    {
        using Stream? stream = typeof(AssetEndpoint).Assembly.GetManifestResourceStream($"MuSc.Web.Assets.{name}") ?? ReportAssets.Open(name);
        if (stream is null)
        {
            return null;
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        Asset asset = new(
            bytes, Types.TryGetContentType(name, out string? type) ? $"{type}{(type == "image/svg+xml" ? "" : "; charset=utf-8")}" : "application/octet-stream",
            new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\""));
        Known[name] = asset;
        return asset;
    }

    private sealed record Asset(byte[] Bytes, string Type, EntityTagHeaderValue Tag);
}
