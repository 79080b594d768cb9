using System.Net;

namespace MuSc.Web.Access;

/// <summary>Who may use the server over HTTP. With nothing set and a loopback address, everybody on this machine.</summary>
public sealed class AccessOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Auth";

    /// <summary>
    /// The file of keys (<see cref="Access.KeyFile"/>). Where one is named that is not there, nobody is let in. The default is
    /// <c>MUSC_KEYS</c>, else nothing.
    /// </summary>
    public string KeyFile { get; set; } = Environment.GetEnvironmentVariable(Access.KeyFile.Variable) ?? string.Empty;

    /// <summary>Whether everybody is let in on an address that other machines reach, where there are neither keys nor an authority.</summary>
    public bool Insecure { get; set; }

    /// <summary>
    /// The OpenID provider whose tokens (JWT) are accepted, as the URL below which <c>.well-known/openid-configuration</c> lies; https, or
    /// http on a loopback address. The default is none.
    /// </summary>
    public string Authority { get; set; } = string.Empty;

    /// <summary>The audience (<c>aud</c>) that a token must be for. Required where <see cref="Authority"/> is set.</summary>
    public string Audience { get; set; } = string.Empty;

    /// <summary>The claim of a token that names the owner. The default is <c>sub</c>.</summary>
    public string NameClaim { get; set; } = "sub";

    /// <summary>The claim of a token that lists rights, as an array or with spaces between. The default is <c>scope</c>.</summary>
    public string RightsClaim { get; set; } = "scope";

    /// <summary>What stands before a right in that claim. The default is <c>musc.</c>, as in <c>musc.submit</c>.</summary>
    public string RightsPrefix { get; set; } = "musc.";

    /// <summary>Where the authority is; null where it is none.</summary>
    internal Uri? AuthorityUri => Uri.TryCreate(Authority, UriKind.Absolute, out Uri? uri) ? uri : null;

    /// <summary>Takes the file of keys in a data folder, where one is there and none is named.</summary>
    public void UseDataFolder(string folder)
    {
        string usual = Path.Combine(folder, Access.KeyFile.UsualName);
        KeyFile = KeyFile.Length == 0 && File.Exists(usual) ? usual : KeyFile;
    }

    /// <summary>Whether everybody is let in, as an administrator.</summary>
    /// <param name="address">Where HTTP is served.</param>
    /// <exception cref="JobException">Nothing says who is let in, and other machines reach the address.</exception>
    public bool IsOpen(IPAddress address) => IsOpen(IPAddress.IsLoopback(address));

    /// <inheritdoc cref="IsOpen(IPAddress)"/>
    /// <param name="loopback">Whether HTTP is served to this machine only.</param>
    public bool IsOpen(bool loopback)
    {
        bool guarded = KeyFile.Length > 0 || Authority.Length > 0;
        if (!guarded && !loopback && !Insecure)
        {
            throw new JobException(
                JobErrorKind.Usage,
                "HTTP would be served to other machines, and nothing says who may use it. Make a key with 'musc key new NAME --rights submit' and give "
                + "its file with --keys FILE, or let everybody in with --insecure.");
        }

        return !guarded;
    }

    /// <summary>What is wrong with the settings, each line naming one; empty if nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Authority.Length > 0 && AuthorityUri is not ({ Scheme: "https" } or { Scheme: "http", IsLoopback: true }))
        {
            yield return $"{Section}:Authority is '{Authority}'; it is an https URL, or an http URL of a loopback address.";
        }

        if (Authority.Length > 0 && Audience.Length == 0)
        {
            yield return $"{Section}:Audience is not set; with {Section}:Authority it says whom tokens must be for.";
        }

        if (Authority.Length == 0 && Audience.Length > 0)
        {
            yield return $"{Section}:Audience is set without {Section}:Authority, whose tokens it is about.";
        }

        if (NameClaim.Length == 0 || RightsClaim.Length == 0)
        {
            yield return $"{Section}:NameClaim and {Section}:RightsClaim are names of claims, such as sub and scope.";
        }
    }
}
