using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using MuSc.Contracts.Http;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary>A request's JSON body, read strictly: an unknown member is an error that names the nearest known one.</summary>
/// <param name="Value">What it says.</param>
/// <param name="Utf8">The text.</param>
internal sealed record ApiBody<T>(T Value, byte[] Utf8) : IEndpointParameterMetadataProvider
    where T : class
{
    // Far more than any request of ours needs.
    private const int Limit = 64 << 10;

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    /// <summary>Reads it.</summary>
    /// <exception cref="ApiProblem">It is no such JSON.</exception>
    public static async ValueTask<ApiBody<T>> BindAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new ApiProblem(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "The body is JSON: send 'Content-Type: application/json'.") { Param = "Content-Type" };
        }

        byte[] utf8 = await ReadAsync(context);
        try
        {
            using (JsonDocument document = JsonDocument.Parse(utf8))
            {
                CheckMembers(document.RootElement, typeof(T), "");
            }

            return new(JsonSerializer.Deserialize<T>(utf8, ApiJson.Options) ?? throw ApiProblem.Invalid("body", "The body is empty."), utf8);
        }
        catch (JsonException error)
        {
            string at = error.Path is { Length: > 2 } path ? path.TrimStart('$', '.') : "body";
            throw ApiProblem.Invalid(at, $"The body is no such JSON: {error.Message}");
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        byte[] buffer = new byte[Limit + 1];
        int read = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return read <= Limit ? buffer[..read] : throw ApiProblem.TooLarge("body", $"The body has more than {Limit} bytes.");
    }

    private static void CheckMembers(JsonElement element, Type type, string path)
    {
        JsonTypeInfo info = ApiJson.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (element.ValueKind != JsonValueKind.Object || info.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            JsonPropertyInfo? known = info.Properties.FirstOrDefault(property => property.Name == member.Name);
            if (known is null)
            {
                string nearest = info.Properties.Select(property => property.Name).MinBy(name => Distance(name, member.Name)) ?? "";
                throw new ApiProblem(StatusCodes.Status400BadRequest, "unknown_member", $"There is no member '{path}{member.Name}'; the nearest is '{path}{nearest}'.") { Param = path + member.Name };
            }

            CheckMembers(member.Value, known.PropertyType, $"{path}{member.Name}.");
        }
    }

    // Insertions, deletions and replacements from one word to the other (Levenshtein).
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
