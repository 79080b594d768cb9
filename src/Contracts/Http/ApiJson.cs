using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuSc.Contracts.Http;

/// <summary>How the HTTP API writes and reads JSON: snake_case, words for enumerations, no unknown and no repeated members.</summary>
public static class ApiJson
{
    /// <summary>What is in <see cref="Options"/>, set on options of others.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.NumberHandling = JsonNumberHandling.Strict;
    }

    /// <summary>For requests and answers.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>For a client that reads answers: a server of a later version may say more.</summary>
    public static JsonSerializerOptions Answers { get; } = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <summary>The word for a value of an enumeration, in addresses as in JSON.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static JsonSerializerOptions Make()
    {
        JsonSerializerOptions options = new(JsonSerializerOptions.Default);
        Configure(options);
        return options;
    }
}
