namespace MuSc.Contracts.Http;

/// <summary>A set of images as <c>POST /v1/sets</c> takes it.</summary>
public sealed record SetRequest
{
    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>What the caller wants to keep with the set.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether it goes with the last job that uses it, rather than when somebody deletes it.</summary>
    public bool WithJob { get; init; }

    /// <summary>The set, of an owner.</summary>
    public NewImageSet ToSet(string? owner) => new() { Name = Name, Metadata = Metadata, Owner = owner, WithJob = WithJob };

    public static SetRequest Of(NewImageSet given) => new() { Name = given.Name, Metadata = given.Metadata, WithJob = given.WithJob };
}

/// <summary>A set of images as the API has it.</summary>
public sealed record SetResource(
    string Id, string? Name, IReadOnlyDictionary<string, string>? Metadata, string? Owner, DateTimeOffset CreatedAt, int Images, long Bytes, bool WithJob)
{
    public static SetResource Of(ImageSet set) => new(set.Id, set.Given.Name, set.Given.Metadata, set.Given.Owner, set.Created, set.Images, set.Bytes, set.Given.WithJob);

    public ImageSet ToSet() => new(Id, new() { Name = Name, Metadata = Metadata, Owner = Owner, WithJob = WithJob }, CreatedAt, Images, Bytes);
}

/// <summary>An image of a set as the API has it.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Digest">As <c>Content-Digest</c> has it: <c>sha-256=:BASE64:</c>.</param>
public sealed record SetImageResource(string Name, long Bytes, string Digest)
{
    public static SetImageResource Of(SetImage image) => new(image.Name, image.Bytes, ContentDigest.Of(image.Sha256));

    /// <exception cref="FormatException">The digest is none.</exception>
    public SetImage ToImage() => new(Name, Bytes, ContentDigest.Parse(Digest));
}

/// <summary>What became of an archive that was imported.</summary>
/// <param name="Added">Images that the set has now and had not, or not with these bytes.</param>
/// <param name="Refused">Entries that were not taken.</param>
public sealed record ImportResource(int Added, IReadOnlyList<RefusedEntry> Refused);

/// <summary>An entry of an archive that was not taken.</summary>
public sealed record RefusedEntry(string Name, string Reason);

/// <summary>SHA-256 digests as HTTP has them (RFC 9530): <c>sha-256=:BASE64:</c>.</summary>
public static class ContentDigest
{
    private const string Prefix = "sha-256=";

    /// <summary>From hexadecimal digits.</summary>
    public static string Of(string sha256) => $"{Prefix}:{Convert.ToBase64String(Convert.FromHexString(sha256))}:";

    /// <summary>To 64 lower-case hexadecimal digits; the colons may be missing.</summary>
    /// <exception cref="FormatException">The text is no digest.</exception>
    public static string Parse(string text)
    {
        string trimmed = text.Trim();
        byte[] digest = trimmed.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? Convert.FromBase64String(trimmed[Prefix.Length..].Trim(':')) : [];
        return digest.Length == 32
            ? Convert.ToHexStringLower(digest)
            : throw new FormatException($"'{text}' is no digest; give sha-256=:BASE64: of 32 bytes.");
    }
}
