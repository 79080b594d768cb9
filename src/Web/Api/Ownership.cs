using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MuSc.Web.Access;

namespace MuSc.Web.Api;

/// <summary>Who may see and change which jobs and sets. What somebody may not see is to him as if it were not there.</summary>
internal static class Ownership
{
    /// <summary>A job that the caller may see.</summary>
    /// <exception cref="ApiProblem">There is none for him.</exception>
    public static async Task<JobStatus> SeenJobAsync(this IScoringServer server, ClaimsPrincipal user, string id, CancellationToken cancellationToken)
    {
        JobStatus status = await server.StatusAsync(Identifier("job", id), cancellationToken);
        return MaySee(user, status.Owner) ? status : throw ApiProblem.NotFound($"There is no job {id}.");
    }

    /// <summary>A job that the caller may change.</summary>
    /// <exception cref="ApiProblem">There is none for him, or he may only see it.</exception>
    public static async Task<JobStatus> OwnJobAsync(this IScoringServer server, ClaimsPrincipal user, string id, CancellationToken cancellationToken)
    {
        JobStatus status = await server.SeenJobAsync(user, id, cancellationToken);
        return MayChange(user, status.Owner) ? status : throw Foreign($"The job {id}");
    }

    /// <summary>A set that the caller may see.</summary>
    /// <exception cref="ApiProblem">There is none for him.</exception>
    public static async Task<ImageSet> SeenSetAsync(this IImageSets sets, ClaimsPrincipal user, string id, CancellationToken cancellationToken)
    {
        ImageSet set = await sets.SetAsync(Identifier("set", id), cancellationToken);
        return MaySee(user, set.Given.Owner) ? set : throw ApiProblem.NotFound($"There is no set {id}.");
    }

    /// <summary>A set that the caller may change.</summary>
    /// <exception cref="ApiProblem">There is none for him, or he may only see it.</exception>
    public static async Task<ImageSet> OwnSetAsync(this IImageSets sets, ClaimsPrincipal user, string id, CancellationToken cancellationToken)
    {
        ImageSet set = await sets.SeenSetAsync(user, id, cancellationToken);
        return MayChange(user, set.Given.Owner) ? set : throw Foreign($"The set {id}");
    }

    /// <summary>Whose jobs and sets the caller's lists have; null for everybody's.</summary>
    public static string? Listed(ClaimsPrincipal user) => user.MayReadAll() ? null : user.Owner();

    /// <summary>
    /// The identifier of what a request makes. With an <c>Idempotency-Key</c> it follows from that, so that a repetition, on
    /// whatever silo, comes to the same.
    /// </summary>
    /// <exception cref="ApiProblem">The key is too long.</exception>
    public static string NewIdentifier(HttpRequest request, TimeProvider time, string kind)
    {
        const int Longest = 200;
        string key = request.Headers["Idempotency-Key"].ToString();
        return key.Length switch
        {
            0 => $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}",
            <= Longest => "r-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.HttpContext.User.Owner()}\n{kind}\n{key}")))[..32],
            _ => throw ApiProblem.Invalid("Idempotency-Key", $"An idempotency key has at most {Longest} characters."),
        };
    }

    /// <summary>An identifier from a path.</summary>
    /// <exception cref="ApiProblem">It is none.</exception>
    public static string Identifier(string param, string text) => PathRules.IsIdentifier(text)
        ? text
        : throw ApiProblem.Invalid(param, $"'{text}' is no identifier: give at most {PathRules.LongestIdentifier} letters, digits, '.', '_' and '-', a letter or digit first.");

    /// <summary>The name of an image from a path.</summary>
    /// <exception cref="ApiProblem">It is none.</exception>
    public static string ImageName(string name) => PathRules.IsSentName(name)
        ? name
        : throw ApiProblem.Invalid("name", $"'{name}' cannot name an image: a name is a relative path with '/', without empty, '.' and '..' parts, backslashes and control characters, of at most {PathRules.LongestSentName} bytes.");

    private static bool MaySee(ClaimsPrincipal user, string? owner) => user.MayReadAll() || owner == user.Owner();

    /// <summary>Whether the caller may change what an owner has.</summary>
    public static bool MayChange(this ClaimsPrincipal user, string? owner) => user.IsAdmin() || (user.MaySubmit() && owner == user.Owner());

    private static ApiProblem Foreign(string what) => new(StatusCodes.Status403Forbidden, "forbidden", $"{what} belongs to somebody else.");
}
