using System.Security.Cryptography;
using System.Text;

namespace MuSc.Web.Access;

/// <summary>
/// An entry of a file of keys: for whom a key stands, what it allows, and the hash by which it is recognised. As text a key is
/// <c>musc_ID_SECRET</c>; the text is not kept.
/// </summary>
/// <param name="Id">Finds the entry; letters and digits.</param>
/// <param name="Name">The owner of what is made with the key; an identifier. Several keys may stand for one owner.</param>
/// <param name="Rights">What it allows: one or more of <see cref="Access.Rights"/>.</param>
/// <param name="Salt">At least 16 random bytes.</param>
/// <param name="Hash">The SHA-256 of the salt and the whole key as text.</param>
/// <param name="Created">When it was made.</param>
public sealed record AccessKey(string Id, string Name, IReadOnlyList<string> Rights, byte[] Salt, byte[] Hash, DateTimeOffset Created)
{
    /// <summary>How every key begins.</summary>
    public const string Prefix = "musc_";

    private const int IdLength = 10;
    private const int SaltBytes = 16;

    // 62^43 is a little more than 2^256.
    private const int SecretLength = 43;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Makes a key.</summary>
    /// <param name="name">The owner's name.</param>
    /// <param name="rights">What it allows.</param>
    /// <param name="created">Now.</param>
    /// <returns>The entry to keep, and the key as text to hand out.</returns>
    /// <exception cref="JobException">The name is no identifier, or a right is unknown.</exception>
    public static (AccessKey Entry, string Text) New(string name, IReadOnlyList<string> rights, DateTimeOffset created)
    {
        string id = RandomNumberGenerator.GetString(Letters, IdLength);
        string text = $"{Prefix}{id}_{RandomNumberGenerator.GetString(Letters, SecretLength)}";
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        AccessKey entry = new(id, name, rights, salt, HashOf(salt, text), created);
        return entry.Problem() is { } problem ? throw new JobException(JobErrorKind.Usage, problem) : (entry, text);
    }

    /// <summary>The identifier in a key as text; empty where the text is no key.</summary>
    internal static string IdOf(string text) => text.Split('_', 4) is ["musc", var id, _] ? id : string.Empty;

    /// <summary>Whether a text is this key; takes the same time wherever it differs.</summary>
    internal bool Fits(string text) => CryptographicOperations.FixedTimeEquals(HashOf(Salt, text), Hash);

    /// <summary>What is wrong with the entry; null if nothing is.</summary>
    internal string? Problem() => this switch
    {
        _ when !PathRules.IsIdentifier(Name) =>
            $"'{Name}' is no name of a key: give at most {PathRules.LongestIdentifier} letters, digits, '.', '_' and '-', a letter or digit first.",
        _ when Rights.Count == 0 || Rights.Except(Access.Rights.All).Any() =>
            $"'{string.Join(',', Rights)}' are no rights of a key: give one or more of {string.Join(", ", Access.Rights.All)}.",
        _ when Id.Length == 0 || !Id.All(char.IsAsciiLetterOrDigit) => $"The key of '{Name}' has no id of letters and digits.",
        _ when Salt.Length < SaltBytes || Hash.Length != SHA256.HashSizeInBytes => $"The key '{Id}' of '{Name}' has a salt or a hash of the wrong length.",
        _ => null,
    };

    // A key has 256 random bits, which nobody guesses however fast the hash is; slow hashes are for passwords.
    private static byte[] HashOf(byte[] salt, string text) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(text)]);
}
