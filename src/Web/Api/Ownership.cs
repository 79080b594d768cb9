using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using MuSc.Web.Access;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary>Who may see and change which jobs and sets. What somebody may not see is to him as if it were not there.</summary>
internal static class Ownership
{
    /// <summary>What the parameter <c>id</c> of a request is that makes something.</summary>
    public const string IdSummary = "The identifier to make it under, so that a repetition is the same: 200 where the caller has made just this under it, 409 for whatever else has it.";

    private const string FromKey = "r-";

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
    /// whatever silo, comes to the same. One that somebody else uses is a conflict, since what is made names its owner.
    /// </summary>
    /// <param name="asked">The identifier that the caller asks for, or null.</param>
    /// <param name="request">The request.</param>
    /// <param name="time">The clock.</param>
    /// <param name="kind">What is made.</param>
    /// <exception cref="ApiProblem">The key is too long, or the identifier is none.</exception>
    public static string NewIdentifier(string? asked, HttpRequest request, TimeProvider time, string kind)
    {
        const int Longest = 200;
        string key = request.Headers["Idempotency-Key"].ToString();
        if (asked is not null)
        {
            // Nobody may take what follows from another's key.
            return key.Length == 0 && !asked.StartsWith(FromKey, StringComparison.Ordinal)
                ? Identifier("id", asked)
                : throw ApiProblem.Invalid("id", $"Give an id or an Idempotency-Key, not both; an id that begins with '{FromKey}' follows from such a key.");
        }

        return key.Length switch
        {
            0 => PathRules.NewIdentifier(time.GetUtcNow()),
            <= Longest => FromKey + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.HttpContext.User.Owner()}\n{kind}\n{key}")))[..32],
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
