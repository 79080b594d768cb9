using Xunit;

namespace MuSc.Tests;

/// <summary>A test that reads the shared folder; it is skipped, and says so, where the folder is absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    /// <param name="parts">What must be there, below the shared folder.</param>
    public SharedFactAttribute(params string[] parts)
    {
        Skip = SharedSkip.Reason(parts);
    }
}

/// <summary>A theory that reads the shared folder; it is skipped, and says so, where the folder is absent.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    /// <param name="parts">What must be there, below the shared folder.</param>
    public SharedTheoryAttribute(params string[] parts)
    {
        Skip = SharedSkip.Reason(parts);
    }
}

internal static class SharedSkip
{
    public static string? Reason(string[] parts) => Path.Exists(Shared.At(parts)) ? null : $"{Shared.At(parts)} is absent.";
}
