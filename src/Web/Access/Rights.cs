namespace MuSc.Web.Access;

/// <summary>What a key or a token allows. Each is also the name of the policy that asks for it.</summary>
public static class Rights
{
    /// <summary>To make jobs and image sets, and to do everything with one's own.</summary>
    public const string Submit = "submit";

    /// <summary>To read everybody's jobs and image sets.</summary>
    public const string Read = "read";

    /// <summary>To do everything with everybody's jobs and image sets; includes the others.</summary>
    public const string Admin = "admin";

    /// <summary>Those that there are.</summary>
    public static IReadOnlyList<string> All { get; } = [Submit, Read, Admin];
}
