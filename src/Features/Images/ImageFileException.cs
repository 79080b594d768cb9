namespace MuSc.Features.Images;

/// <summary>An image file that cannot be used; the message names the file and the reason.</summary>
public sealed class ImageFileException : Exception
{
    /// <param name="path">The file.</param>
    /// <param name="reason">What is wrong with it, as a phrase without the file's name.</param>
    /// <param name="inner">The cause, if there was another error.</param>
    public ImageFileException(string path, string reason, Exception? inner = null)
        : base($"{path}: {reason}", inner)
    {
        FilePath = path;
        Reason = reason;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>What is wrong with it, without the file's name.</summary>
    public string Reason { get; }
}
