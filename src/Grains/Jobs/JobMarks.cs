using System.Text.Json;
using MuSc.Engine.Files;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>What people say of the images of a job: a file that goes with the job.</summary>
internal static class JobMarks
{
    /// <summary>Which images are said to be anomalous, or not.</summary>
    /// <exception cref="IOException">The disk does not say.</exception>
    public static SortedDictionary<string, bool> Read(JobFolder folder) => File.Exists(folder.Marks)
        ? JsonSerializer.Deserialize<SortedDictionary<string, bool>>(File.ReadAllBytes(folder.Marks))!
        : [];

    /// <summary>Notes what is said of an image; null takes it back.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Write(JobFolder folder, string name, bool? anomalous)
    {
        SortedDictionary<string, bool> marks = Read(folder);
        if (anomalous is { } said)
        {
            marks[name] = said;
        }
        else
        {
            marks.Remove(name);
        }

        AtomicFile.Write(folder.Marks, file => JsonSerializer.Serialize(file, marks), flushToDisk: true);
    }
}
